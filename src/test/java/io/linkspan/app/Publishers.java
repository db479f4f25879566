package io.linkspan.app;

import io.linkspan.platform.http.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Integrators that publish events through every node, whatever happens, and note what was said. */
final class Publishers implements AutoCloseable {
  private static final int BATCH = 10;
  private static final Duration PAUSE = Duration.ofMillis(60);

  /** Ids that a 202 acknowledged. */
  final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  /** Answers that were not 202, by status and media type. */
  final Map<String, String> refusals = new ConcurrentHashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  Publishers(List<ServerProcess> nodes, int each) {
    for (int i = 0; i < each * nodes.size(); i++) {
      String name = "p" + i;
      var client = nodes.get(i % nodes.size()).client();
      threads.add(Thread.startVirtualThread(() -> publish(name, client)));
    }
  }

  private void publish(String name, ApiClient client) {
    for (int round = 0; !over; round++) {
      var events = new ArrayList<Map<String, Object>>();
      var ids = new ArrayList<String>();
      for (int i = 0; i < BATCH; i++) {
        String id = name + "-" + round + "-" + i;
        ids.add(id);
        events.add(Map.of("type", "crash.test", "id", id, "data", Map.of("of", id)));
      }
      try {
        var answer = client.post("/api/v1/events/", events);
        if (answer.status() == 202) {
          acknowledged.addAll(ids);
        } else {
          refusals.put(
              answer.status() + " " + answer.header("content-type").orElse(""), answer.body());
        }
      } catch (RuntimeException broken) {
        // nobody knows: it is in the database or it is not
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
