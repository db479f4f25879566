package io.linkspan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes have cost so far, as Linux tells (proc(5)). */
final class ProcessorTime {
  /** Of {@code CLK_TCK}, which is this on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private ProcessorTime() {}

  /** In seconds, of one process. */
  static double of(long pid) throws IOException {
    return ticks(stat(pid), false) / TICKS_PER_SECOND;
  }

  /** In seconds, of a process and its children, those that have ended too. */
  static double ofFamily(long pid) throws IOException {
    double ticks = ticks(stat(pid), true);
    for (var child : ProcessHandle.of(pid).orElseThrow().children().toList()) {
      try {
        ticks += ticks(stat(child.pid()), false);
      } catch (IOException ended) {
        // its time is its parent's from now on
      }
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** What follows the name, which may have spaces in it. */
  private static String[] stat(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }

  private static double ticks(String[] stat, boolean withEnded) {
    double own = Long.parseLong(stat[11]) + Long.parseLong(stat[12]);
    return withEnded ? own + Long.parseLong(stat[13]) + Long.parseLong(stat[14]) : own;
  }
}
