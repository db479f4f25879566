/** Events for other systems: the outbox they leave from. */
@NullMarked
package io.linkspan.webhook;

import org.jspecify.annotations.NullMarked;
