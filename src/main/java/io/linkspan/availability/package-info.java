/** Blocked times and the answers that rest on them. */
@NullMarked
package io.linkspan.availability;

import org.jspecify.annotations.NullMarked;
