/** Reads calendars: claims what is due, runs a provider's reader, stores pages as blocked times. */
@NullMarked
package io.linkspan.calendar.sync;

import org.jspecify.annotations.NullMarked;
