/** Event series and their expansion into occurrences. */
@NullMarked
package io.linkspan.calendar.recurrence;

import org.jspecify.annotations.NullMarked;
