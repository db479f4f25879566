/** Secrets at rest and in memory. */
@NullMarked
package io.linkspan.platform.crypto;

import org.jspecify.annotations.NullMarked;
