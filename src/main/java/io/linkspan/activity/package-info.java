/** The activity log and the live stream of what changed. */
@NullMarked
package io.linkspan.activity;

import org.jspecify.annotations.NullMarked;
