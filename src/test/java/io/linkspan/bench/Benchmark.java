package io.linkspan.bench;

import java.util.List;

/** One measurement that answers a question about speed. */
interface Benchmark {
  /** What {@code ./linkspan bench} calls it. */
  String name();

  /** What is measured, and against what; one line. */
  String question();

  /**
   * Measures.
   *
   * @param arguments what follows the name on the command line
   */
  Report run(List<String> arguments) throws Exception;
}
