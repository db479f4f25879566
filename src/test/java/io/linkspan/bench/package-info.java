/** Benchmarks: {@code ./linkspan bench NAME}. Compiled with the tests, so never installed. */
@NullMarked
package io.linkspan.bench;

import org.jspecify.annotations.NullMarked;
