package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The directory of an embedded PostgreSQL: {@code cluster} is its data, {@code password} opens it,
 * {@code postgres.log} is what it says.
 */
record PostgresHome(Path directory, Path programs, PostgresUser user) {
  static final String ROLE = "linkspan";

  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "USER", "TMPDIR", "LD_LIBRARY_PATH");

  Path cluster() {
    return directory.resolve("cluster");
  }

  Path log() {
    return directory.resolve("postgres.log");
  }

  Path program(String name) {
    return programs.resolve("bin").resolve(name);
  }

  private Path passwordFile() {
    return directory.resolve("password");
  }

  /** Of the role that owns everything; empty when there is none. */
  static Optional<String> password(Path directory) throws IOException {
    try {
      return Optional.of(Files.readString(directory.resolve("password")).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes what is not there yet, and repairs what a kill or another user left.
   *
   * @param durable whether a fresh cluster is forced to the disk
   * @return the password
   */
  String prepare(boolean durable) throws IOException {
    user.admitTo(directory);
    boolean existed = Files.isDirectory(cluster());
    Optional<String> known = password(directory);
    String password = known.isPresent() ? known.get() : newPassword();
    if (!existed) {
      create(password, durable);
    }
    user.own(cluster());
    if (existed && known.isEmpty()) {
      replacePassword(password);
    }
    return password;
  }

  private String newPassword() throws IOException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    Path partial = directory.resolve("password.new");
    Files.deleteIfExists(partial);
    Files.createFile(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(partial, password + "\n", StandardOpenOption.WRITE);
    Trees.force(partial);
    Files.move(partial, passwordFile(), StandardCopyOption.ATOMIC_MOVE);
    Trees.force(directory);
    return password;
  }

  /** The cluster appears by one rename: a killed initdb leaves nothing that looks complete. */
  private void create(String password, boolean durable) throws IOException {
    Path partial = directory.resolve("cluster.new");
    Trees.delete(partial);
    Files.createDirectory(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    user.own(partial);
    var command =
        user.command(
            // another user may not open our pipe by its name, but may open the one of its own shell
            "sh",
            "-c",
            "cat | \"$0\" \"$@\"",
            program("initdb").toString(),
            "--pgdata=" + partial,
            "--username=" + ROLE,
            "--pwfile=/dev/stdin",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
            durable ? "--sync-method=fsync" : "--no-sync");
    feed(command, password + "\n", directory.resolve("initdb.log"), "initdb");
    Files.move(partial, cluster(), StandardCopyOption.ATOMIC_MOVE);
    if (durable) {
      Trees.force(directory);
    }
  }

  /** Somebody removed the password file; the files themselves prove that we own the cluster. */
  private void replacePassword(String password) throws IOException {
    var command =
        user.command(
            program("postgres").toString(), "--single", "-D", cluster().toString(), "postgres");
    feed(
        command,
        "ALTER ROLE " + ROLE + " PASSWORD '" + password + "'\n",
        directory.resolve("password.log"),
        "setting a new database password");
  }

  private void feed(List<String> command, String input, Path log, String doing) throws IOException {
    var builder = builder(command, log).redirectInput(ProcessBuilder.Redirect.PIPE);
    var process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException gone) {
      // it ended before it read; its exit code and log say why
    }
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw EmbeddedPostgresFailed.saying(
            doing + " ended with code " + exit, Files.readString(log), log);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + doing, e);
    }
  }

  /**
   * A process whose words go to {@code log}, in English. Of our environment it has what a program
   * needs to run: the rest are settings, secrets of the administrator among them, and any session
   * of the database could read them.
   */
  static ProcessBuilder builder(List<String> command, Path log) {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().put("LC_ALL", "C");
    return builder;
  }
}
