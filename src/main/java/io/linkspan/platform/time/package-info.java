/** Time and what is derived from it. */
@NullMarked
package io.linkspan.platform.time;

import org.jspecify.annotations.NullMarked;
