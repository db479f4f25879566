/** The embedded PostgreSQL: unpacked, started, watched and stopped by this program. */
@NullMarked
package io.linkspan.platform.postgres;

import org.jspecify.annotations.NullMarked;
