/** The engine that delivers: queue, slots, attempts, outcomes, replays, retention. */
@NullMarked
package io.linkspan.webhook.delivery;

import org.jspecify.annotations.NullMarked;
