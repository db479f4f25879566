package io.linkspan.platform.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's keyset: a Tink keyset in JSON, in clear, which wraps the data keyset that lives in
 * the database. Whoever has both this file and the database can read every stored credential.
 */
public final class KeysetFile {
  private static final Logger LOG = LoggerFactory.getLogger(KeysetFile.class);
  private static final String SETTING = "LINKSPAN_ENCRYPTION_KEYSET_FILE";

  private final Path path;
  private final boolean mayBeMade;

  /**
   * @param mayBeMade whether a first start makes the file: only with the embedded database, which
   *     lives beside it. With a shared database each node would make a different one.
   */
  public KeysetFile(Path path, boolean mayBeMade) {
    this.path = path.toAbsolutePath();
    this.mayBeMade = mayBeMade;
  }

  boolean isMissing() {
    return Files.notExists(path);
  }

  /** Makes the file of a first start. */
  void makeForFirstStart() {
    if (!mayBeMade) {
      throw new KeysetRefused(
          SETTING + " names " + path + ", and there is no such file",
          "Make one with `./linkspan keys create "
              + path
              + "` (or Tink's `tinkey create-keyset --key-template XCHACHA20_POLY1305 --out "
              + path
              + "`), back it up, and give every node a copy");
    }
    if (create()) {
      LOG.info(
          "made the keyset {}: back it up, stored credentials cannot be read without it", path);
    } else {
      LOG.info("another start has just made the keyset {}: using that one", path);
    }
  }

  /** The database knows a keyset that this file wrapped, and the file is gone. */
  KeysetRefused lost() {
    return new KeysetRefused(
        "The keyset " + path + " is missing, and the stored credentials are sealed with it",
        "Put it back from a backup, or name its place with "
            + SETTING
            + ". No other one was made, because it could not open them");
  }

  /** The database's keyset was wrapped by another file. */
  KeysetRefused isAnother(GeneralSecurityException cause) {
    return new KeysetRefused(
        "The keyset " + path + " is not the one that this database's credentials are sealed with",
        "Name the right file with " + SETTING + ", or the database that belongs to this one",
        cause);
  }

  /**
   * Makes a new keyset of mode 0600, whole and on disk when this returns.
   *
   * @return false if anything is there already; it is not touched
   */
  public boolean create() {
    Path directory = path.resolveSibling("");
    Path draft = directory.resolve("." + path.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
      try {
        write(draft);
        // a link appears whole or not at all, and never replaces a file
        Files.createLink(path, draft);
      } finally {
        Files.deleteIfExists(draft);
      }
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException | UnsupportedOperationException e) {
      throw new KeysetRefused(
          "The keyset " + path + " cannot be written: " + e,
          "Make its directory writable for this user, or name another file with " + SETTING,
          e);
    }
  }

  private static void write(Path draft) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        FileChannel.open(
            draft,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly)) {
      var bytes =
          ByteBuffer.wrap(
              TinkJsonProtoKeysetFormat.serializeKeyset(
                      Keysets.generate(), Keysets.CONFIGURATION, InsecureSecretKeyAccess.get())
                  .getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a keyset just made cannot be written as JSON", e);
    }
  }

  /**
   * Reads the file.
   *
   * @throws KeysetRefused if it cannot be read or holds no keyset
   */
  public void check() {
    open();
  }

  /** Warns when others may read the file: the mode may be the container's choice. */
  Aead open() {
    String text;
    try {
      // whatever its bytes are, the parser says whether they are a keyset
      text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
      warnIfReadableByOthers();
    } catch (IOException e) {
      throw new KeysetRefused(
          "The keyset " + path + " cannot be read: " + e,
          "Make it readable for this user, or name another with " + SETTING,
          e);
    }
    try {
      return Keysets.aead(
          TinkJsonProtoKeysetFormat.parseKeyset(
              text, Keysets.CONFIGURATION, InsecureSecretKeyAccess.get()));
    } catch (GeneralSecurityException | RuntimeException e) {
      // the parser's message may quote the file
      throw new KeysetRefused(
          "The file " + path + " holds no Tink AEAD keyset in JSON",
          "Put the right one back from a backup, or name it with " + SETTING);
    }
  }

  private void warnIfReadableByOthers() throws IOException {
    if (!Files.getFileStore(path).supportsFileAttributeView("posix")) {
      return;
    }
    var permissions = Files.getPosixFilePermissions(path);
    if (permissions.contains(PosixFilePermission.GROUP_READ)
        || permissions.contains(PosixFilePermission.OTHERS_READ)) {
      LOG.warn(
          "the keyset {} can be read by others ({}): chmod 600 it",
          path,
          PosixFilePermissions.toString(permissions));
    }
  }
}
