package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Keeps a second program out of a directory; the kernel lets go of it however we end. */
public final class DirectoryLock implements AutoCloseable {
  private static final String NAME = "linkspan.lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes {@code directory} (mode 0700) if it is not there, and holds it until {@link #close}.
   *
   * @throws InUse if another program holds it
   */
  public static DirectoryLock hold(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      }
      requireOurs(directory);
      var channel =
          FileChannel.open(
              directory.resolve(NAME),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String owner = read(channel);
        channel.close();
        throw new InUse(directory, owner);
      }
      channel.truncate(0);
      channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw EmbeddedPostgresFailed.during("taking the directory " + directory, e);
    }
  }

  /**
   * Root can open everything; what it makes and takes there, the directory's user could not open
   * any more.
   */
  private static void requireOurs(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (Files.exists(file) && PostgresUser.weAreRoot() && PostgresUser.uid(file) != 0) {
      var owner = Files.getOwner(file).getName();
      throw new EmbeddedPostgresFailed(
          "The data directory "
              + directory
              + " belongs to the user "
              + owner
              + ", and this is root",
          "Start Linkspan as that user; or, to go on as root, first: chown -R root "
              + directory.toAbsolutePath());
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProgram) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    var buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString().strip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot let go of the lock", e);
    }
  }

  /** Another program works in this directory. */
  public static final class InUse extends RuntimeException {
    InUse(Path directory, String owner) {
      super(
          "The data directory "
              + directory
              + " is in use by another Linkspan"
              + (owner.isEmpty() ? "" : " (process " + owner + ")")
              + "; stop that one, or give this one a directory of its own with --data");
    }
  }
}
