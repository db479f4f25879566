/**
 * What all simulated vendors share: accounts, journals of what they hold, grants, faults,
 * notifications.
 */
@NullMarked
package io.linkspan.sandbox.world;

import org.jspecify.annotations.NullMarked;
