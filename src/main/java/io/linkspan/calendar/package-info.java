/**
 * Calendars: what a provider implements to be read, watched and written to, and what all of the
 * feature shares. {@code settings} is what people choose, {@code sync} reads.
 */
@NullMarked
package io.linkspan.calendar;

import org.jspecify.annotations.NullMarked;
