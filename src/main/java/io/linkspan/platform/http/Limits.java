package io.linkspan.platform.http;

import java.time.Duration;

/**
 * What one client may take.
 *
 * @param bodyBytes most bytes of a request body
 * @param headerBytes most bytes of a request's line and headers
 * @param idle a connection on which nothing moves is closed after this time
 * @param headers within which the headers of a request must be complete, from their first byte
 * @param body within which its body must be complete, however it drips
 * @param connections most that are open at once; others wait to be accepted
 * @param connectionsPerClient most that one address may have open; more are closed. An address of
 *     this machine has no such limit: a proxy brings everybody.
 * @param heartbeat pause between comments on a stream of events
 * @param stopping how long requests in flight may still take when the server stops
 */
public record Limits(
    int bodyBytes,
    int headerBytes,
    Duration idle,
    Duration headers,
    Duration body,
    int connections,
    int connectionsPerClient,
    Duration heartbeat,
    Duration stopping) {

  public static Limits standard() {
    return new Limits(
        1 << 20,
        16 << 10,
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        4_096,
        512,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10));
  }
}
