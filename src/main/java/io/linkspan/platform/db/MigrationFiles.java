package io.linkspan.platform.db;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * The migrations of this program, by file name with Flyway's checksum. When the database's history
 * names exactly these there is nothing to do, and a start need not load Flyway, which costs it more
 * than everything else that is done with the database.
 */
record MigrationFiles(Map<String, Integer> checksums) {
  private static final String DIRECTORY = "db/migration";

  static MigrationFiles ofProgram() {
    try {
      Map<String, Integer> checksums = new HashMap<>();
      for (String name : names()) {
        checksums.put(name, checksum(name));
      }
      return new MigrationFiles(Map.copyOf(checksums));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the history has each of these, applied with success, and nothing else. */
  boolean areExactlyThoseOf(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery("SELECT to_regclass('flyway_schema_history') IS NOT NULL")) {
        if (!rows.next() || !rows.getBoolean(1)) {
          return false;
        }
      }
      Map<String, Integer> applied = new HashMap<>();
      try (var rows =
          statement.executeQuery("SELECT script, checksum, success FROM flyway_schema_history")) {
        while (rows.next()) {
          if (!rows.getBoolean(3)) {
            return false;
          }
          applied.put(rows.getString(1), rows.getInt(2));
        }
      }
      return applied.equals(checksums);
    }
  }

  private static List<String> names() throws IOException {
    URL directory = MigrationFiles.class.getClassLoader().getResource(DIRECTORY);
    if (directory == null) {
      throw new IllegalStateException("the program was built without its migrations");
    }
    if (directory.openConnection() instanceof JarURLConnection jar) {
      return jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(DIRECTORY + "/") && name.endsWith(".sql"))
          .map(name -> name.substring(DIRECTORY.length() + 1))
          .toList();
    }
    try (var files = Files.list(Path.of(URI.create(directory.toString())))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql"))
          .toList();
    }
  }

  /** Flyway's: CRC-32 of the lines without their ends. */
  private static int checksum(String name) throws IOException {
    var crc = new CRC32();
    try (InputStream in =
            Objects.requireNonNull(
                MigrationFiles.class.getClassLoader().getResourceAsStream(DIRECTORY + "/" + name));
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return (int) crc.getValue();
  }
}
