package io.linkspan.calendar.settings;

import io.linkspan.calendar.settings.CalendarConnections.Found;
import io.linkspan.connection.AccountFeature;
import io.linkspan.connection.Connections;
import io.linkspan.connection.Connector.Form;
import io.linkspan.platform.http.Problem;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks into an account while a person waits: for so long, and no longer. */
final class BoundedDiscovery {
  private final Connections connections;
  private final AccountFeature feature;
  private final Duration patience;

  /**
   * @param patience for all calls to the provider together; each of them has its own limit besides,
   *     so that what is given up ends by itself
   */
  BoundedDiscovery(Connections connections, AccountFeature feature, Duration patience) {
    this.connections = connections;
    this.feature = feature;
    this.patience = patience;
  }

  /**
   * @throws Problem 400 with the cause, {@code unreachable} when it takes too long
   */
  Found of(UUID organizerId, String provider, Form form) {
    var asked = new CompletableFuture<Found>();
    Thread.ofVirtual()
        .name("discovery")
        .start(
            () -> {
              try {
                asked.complete(look(organizerId, provider, form));
              } catch (Throwable failed) {
                asked.completeExceptionally(failed);
              }
            });
    try {
      return asked.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException failed) {
      throw switch (failed.getCause()) {
        case TimeoutException _ -> tooSlow();
        case RuntimeException known -> known;
        case Error error -> throw error;
        case null, default -> failed;
      };
    }
  }

  private Found look(UUID organizerId, String provider, Form form) {
    var verified = connections.verify(provider, form);
    var account = connections.preview(organizerId, provider, verified);
    return new Found(account, verified, feature.discover(account));
  }

  private Problem tooSlow() {
    return Problem.badRequest(
            "unreachable",
            "The server did not answer everything within %d s.".formatted(patience.toSeconds()))
        .fix("Try again later, and check the address.");
  }
}
