package io.linkspan.platform.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs that Maven brings in a jar, unpacked once into a directory. */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /**
   * Unpacks what this machine needs below {@code cache}, unless it is there already.
   *
   * <p>The directory's name carries the archive's checksum, and it appears by one rename: a killed
   * unpacking leaves nothing that looks complete, and another version never meets old files.
   *
   * @return the directory with {@code bin}, {@code lib} and {@code share}
   */
  static Path unpack(Path cache) {
    String archive = archiveName();
    URL url = PostgresBinaries.class.getClassLoader().getResource(archive);
    if (url == null) {
      throw new EmbeddedPostgresFailed(
          "There is no embedded PostgreSQL for this machine (" + archive + " is not packaged)",
          "Set LINKSPAN_DATABASE_URL to a PostgreSQL 15 or newer");
    }
    try {
      Path home = cache.resolve(archive.replace(".txz", "") + "-" + checksum(url));
      if (Files.isExecutable(home.resolve("bin/postgres"))) {
        return home;
      }
      Files.createDirectories(cache);
      Path partial = Files.createTempDirectory(cache, "unpacking-");
      try (var in = new BufferedInputStream(url.openStream(), 1 << 16)) {
        extract(in, partial);
        Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
        moveInto(partial, home);
      } finally {
        Trees.delete(partial);
      }
      return home;
    } catch (IOException e) {
      throw EmbeddedPostgresFailed.during("unpacking the PostgreSQL programs into " + cache, e);
    }
  }

  private static void moveInto(Path partial, Path home) throws IOException {
    try {
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      // another process was faster, and its copy is the same; what Linux says of that has no type
      if (!Files.isExecutable(home.resolve("bin/postgres"))) {
        throw e;
      }
    }
  }

  private static String archiveName() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("mac") ? "darwin" : os.contains("win") ? "windows" : "linux";
    String machine =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          case String other -> other;
        };
    return "postgres-" + system + "-" + machine + ".txz";
  }

  private static String checksum(URL url) throws IOException {
    var connection = url.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getContentLengthLong());
  }

  private static void extract(InputStream in, Path target) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(in))) {
      TarArchiveEntry entry = tar.getNextEntry();
      for (; entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new UncheckedIOException(
              new IOException("archive entry outside of its directory: " + entry.getName()));
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createDirectories(path.getParent());
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (wanted(entry.getName())) {
          Files.createDirectories(path.getParent());
          Files.copy(tar, path);
          boolean executable = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  /** Static libraries are only for compiling against PostgreSQL. */
  private static boolean wanted(String name) {
    return !name.endsWith(".a");
  }
}
