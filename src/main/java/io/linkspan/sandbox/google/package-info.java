/** A simulated Google: OAuth, userinfo and the Calendar API v3. */
@NullMarked
package io.linkspan.sandbox.google;

import org.jspecify.annotations.NullMarked;
