/** iCalendar feeds. */
@NullMarked
package io.linkspan.provider.ics;

import org.jspecify.annotations.NullMarked;
