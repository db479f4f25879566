package io.linkspan.platform.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Whether the server can do its work. */
public final class Readiness {
  /** A balancer asks every few seconds and gives up sooner than a pool does. */
  private static final long PATIENCE_MILLIS = 2_000;

  /**
   * Something that the server needs.
   *
   * @param name such as {@code database}
   * @param look returns what was found, without secrets; throws when it is not as it should be
   */
  public record Check(String name, Supplier<String> look) {}

  /** What one check found. */
  record Outcome(String name, boolean ok, String detail) {}

  private final List<Check> checks;
  private volatile boolean stopping;

  Readiness(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** From now on not ready, so that a balancer sends nothing more. */
  void stop() {
    stopping = true;
  }

  List<Outcome> look() {
    if (stopping) {
      return List.of(new Outcome("server", false, "is stopping"));
    }
    var running = new ArrayList<FutureTask<Outcome>>();
    for (Check check : checks) {
      var task = new FutureTask<>(() -> look(check));
      running.add(task);
      Thread.startVirtualThread(task);
    }
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < checks.size(); i++) {
      outcomes.add(wait(checks.get(i).name(), running.get(i)));
    }
    return outcomes;
  }

  private static Outcome look(Check check) {
    try {
      return new Outcome(check.name(), true, check.look().get());
    } catch (RuntimeException e) {
      return new Outcome(check.name(), false, "fails: " + e.getClass().getSimpleName());
    }
  }

  private static Outcome wait(String name, FutureTask<Outcome> task) {
    try {
      return task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      return new Outcome(name, false, "does not answer within " + PATIENCE_MILLIS + " ms");
    } catch (ExecutionException e) {
      return new Outcome(name, false, "fails");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(name, false, "was interrupted");
    }
  }
}
