package io.linkspan.bench;

import java.util.Arrays;
import java.util.List;

/** Runs one benchmark, or lists them all. */
public final class Bench {
  private static final List<Benchmark> ALL =
      List.of(
          new ExpandBenchmark(),
          new StartBenchmark(),
          new ConflictsBenchmark(),
          new SyncBenchmark(),
          new UiBenchmark(),
          new WebhooksBenchmark());

  private Bench() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      for (Benchmark benchmark : ALL) {
        System.out.printf("%-10s %s%n", benchmark.name(), benchmark.question());
      }
      return;
    }
    for (Benchmark benchmark : ALL) {
      if (benchmark.name().equals(args[0])) {
        Report report = benchmark.run(Arrays.asList(args).subList(1, args.length));
        System.out.print(report.table());
        System.out.println(report.json(benchmark.name()));
        // threads of a benchmark's libraries must not keep the program alive
        System.exit(report.isBroken() ? 1 : 0);
      }
    }
    System.err.println("There is no benchmark " + args[0] + "; ./linkspan bench lists them");
    System.exit(2);
  }
}
