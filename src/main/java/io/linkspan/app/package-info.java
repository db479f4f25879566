/** The program: start, settings, wiring and the commands. */
@NullMarked
package io.linkspan.app;

import org.jspecify.annotations.NullMarked;
