/** Periodic and leased work that survives the node it runs on. */
@NullMarked
package io.linkspan.platform.jobs;

import org.jspecify.annotations.NullMarked;
