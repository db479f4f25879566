package io.linkspan.provider.caldav;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A server as a child process on a loopback port. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  /** How a server is started once its port is known. */
  interface Command {
    List<String> on(int port) throws IOException;
  }

  /**
   * @param readyLine part of a line that it prints once it answers
   */
  ServerProcess(String name, String readyLine, Command command) {
    try {
      port = freePort();
      var builder = new ProcessBuilder(command.on(port)).redirectErrorStream(true);
      builder.environment().put("PYTHONUNBUFFERED", "1");
      process = builder.start();
      awaitLine(readyLine);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start; is its Debian package installed?", e);
    }
  }

  int port() {
    return port;
  }

  /** CPU time that it has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits for the line, and reads on afterwards so that the server never blocks on its output. */
  private void awaitLine(String wanted) {
    var ready = new CompletableFuture<Boolean>();
    var seen = new ArrayList<String>();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Thread.ofVirtual()
        .start(
            () -> {
              try (output) {
                for (var line = output.readLine(); line != null; line = output.readLine()) {
                  if (!ready.isDone()) {
                    seen.add(line);
                  }
                  if (line.contains(wanted)) {
                    ready.complete(true);
                  }
                }
              } catch (IOException e) {
                ready.completeExceptionally(e);
              }
              ready.completeExceptionally(new IllegalStateException(String.join("\n", seen)));
            });
    try {
      ready.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException("the server did not become ready", e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
