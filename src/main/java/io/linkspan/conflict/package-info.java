/**
 * Double bookings: found by one sweep, kept with an identity of their own, explained and resolved.
 */
@NullMarked
package io.linkspan.conflict;

import org.jspecify.annotations.NullMarked;
