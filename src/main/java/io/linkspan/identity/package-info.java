/** Organizers, sessions, API keys and sign-in. */
@NullMarked
package io.linkspan.identity;

import org.jspecify.annotations.NullMarked;
