/** Webhooks as people set them up: their settings, secrets and headers. */
@NullMarked
package io.linkspan.webhook.subscription;

import org.jspecify.annotations.NullMarked;
