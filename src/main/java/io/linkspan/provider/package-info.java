/** One folder an account type: how it is connected, read and written to. */
@NullMarked
package io.linkspan.provider;

import org.jspecify.annotations.NullMarked;
