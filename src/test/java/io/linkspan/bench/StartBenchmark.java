package io.linkspan.bench;

import java.util.List;

/** Time from the start of the process to the first 200 of {@code /readyz}. */
final class StartBenchmark implements Benchmark {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String question() {
    return "process start to /readyz: external database, with and without the AOT cache; embedded,"
        + " cold and warm";
  }

  @Override
  public Report run(List<String> arguments) {
    return new Report();
  }
}
