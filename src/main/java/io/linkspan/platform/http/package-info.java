/** HTTP by contract: every operation, parameter and body is the one in {@code openapi.yaml}. */
@NullMarked
package io.linkspan.platform.http;

import org.jspecify.annotations.NullMarked;
