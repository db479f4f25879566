/** Calendars and their synchronisation. */
@NullMarked
package io.linkspan.calendar;

import org.jspecify.annotations.NullMarked;
