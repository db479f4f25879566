/** Connected calendars as people see and choose them. */
@NullMarked
package io.linkspan.calendar.settings;

import org.jspecify.annotations.NullMarked;
