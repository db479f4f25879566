/** iCalendar (RFC 5545) in: hostile text to event series. */
@NullMarked
package io.linkspan.event.ical;

import org.jspecify.annotations.NullMarked;
