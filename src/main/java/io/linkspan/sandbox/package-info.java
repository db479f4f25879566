/** Simulated providers: their OAuth, their calendars, their push, and faults on request. */
@NullMarked
package io.linkspan.sandbox;

import org.jspecify.annotations.NullMarked;
