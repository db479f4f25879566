package io.linkspan.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Stores what is in the libraries' jars without compression while the program is built: inflating
 * thousands of classes at every start took a tenth of it.
 */
public final class LibraryFiles {
  private LibraryFiles() {}

  /**
   * @param args the directory of the jars
   * @throws IOException if one cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    try (var jars = Files.newDirectoryStream(Path.of(args[0]), "*.jar")) {
      for (Path jar : jars) {
        if (isCompressed(jar)) {
          store(jar);
        }
      }
    }
  }

  private static boolean isCompressed(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      return zip.stream().anyMatch(entry -> entry.getMethod() == ZipEntry.DEFLATED);
    }
  }

  private static void store(Path jar) throws IOException {
    Path draft = jar.resolveSibling(jar.getFileName() + ".draft");
    try (var from = new ZipFile(jar.toFile());
        var to = new ZipOutputStream(Files.newOutputStream(draft))) {
      for (var entry : Collections.list(from.entries())) {
        var stored = new ZipEntry(entry);
        stored.setMethod(ZipEntry.STORED);
        stored.setCompressedSize(entry.getSize());
        to.putNextEntry(stored);
        try (var content = from.getInputStream(entry)) {
          content.transferTo(to);
        }
      }
    }
    // a server that still runs keeps the file it has open
    Files.move(draft, jar, StandardCopyOption.ATOMIC_MOVE);
  }
}
