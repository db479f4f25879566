/** Calendar events as they are stated and stored: series in local time and zone. Pure data. */
@NullMarked
package io.linkspan.event;

import org.jspecify.annotations.NullMarked;
