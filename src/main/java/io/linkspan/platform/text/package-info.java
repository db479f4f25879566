/** How sentences are put together. */
@NullMarked
package io.linkspan.platform.text;

import org.jspecify.annotations.NullMarked;
