package io.linkspan.app;

import io.linkspan.platform.http.Readiness;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.jobs.Jobs.Job;
import java.time.Instant;
import java.util.List;

/**
 * One feature of the program, constructed by hand: what it answers, does again and again, and keeps
 * doing. {@link Wiring} composes them; a module takes what it needs of another in its constructor.
 */
interface Module extends AutoCloseable {
  /** A loop beside the requests. */
  record Worker(String name, Runnable start, AutoCloseable stop) {}

  default List<Routes> routes() {
    return List.of();
  }

  default List<Job> jobs() {
    return List.of();
  }

  /** Started once the server answers, in this order; stopped side by side. */
  default List<Worker> workers() {
    return List.of();
  }

  default List<Readiness.Check> checks() {
    return List.of();
  }

  /** Removes what the retention of logs does not keep. */
  default void forget(Instant before) {}

  /** What else has to end, after the workers. */
  @Override
  default void close() {}
}
