/** The only way out: every outbound HTTP call is made here. */
@NullMarked
package io.linkspan.platform.egress;

import org.jspecify.annotations.NullMarked;
