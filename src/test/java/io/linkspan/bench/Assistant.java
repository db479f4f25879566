package io.linkspan.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A part of a measurement in a process of its own, told line by line what to do. */
final class Assistant implements AutoCloseable {
  private final Process process;
  private final Writer tells;
  private final BufferedReader answers;

  /**
   * @param heap of the process, such as {@code 64m}
   */
  Assistant(Class<?> program, String heap, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    tells = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  long pid() {
    return process.pid();
  }

  void tell(String line) {
    try {
      tells.write(line + "\n");
      tells.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line it says. */
  String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("a part of the measurement ended; see above");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CompletableFuture<String> answerLater() {
    // the common pool has one thread on a machine of two processors
    var answer = new CompletableFuture<String>();
    Thread.ofPlatform().daemon().start(() -> answer.complete(answer()));
    return answer;
  }

  String ask(String line) {
    tell(line);
    return answer();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
