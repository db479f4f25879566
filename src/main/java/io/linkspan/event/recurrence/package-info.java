/** Event series and their expansion into occurrences. */
@NullMarked
package io.linkspan.event.recurrence;

import org.jspecify.annotations.NullMarked;
