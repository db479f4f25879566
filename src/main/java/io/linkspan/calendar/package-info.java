/** Calendars, their synchronisation and conflicts. */
@NullMarked
package io.linkspan.calendar;

import org.jspecify.annotations.NullMarked;
