package io.linkspan.platform.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL runs. It refuses uid 0, and we may be root: in a container, say.
 *
 * <p>Every variant begins with {@code setsid}: a Ctrl-C reaches the terminal's whole process group,
 * and the database has to live until we have finished with it.
 */
enum PostgresUser {
  /** Not root: as whoever we are. */
  OURSELVES(List.of("setsid")),

  /**
   * Root, in a user namespace without a mapping: PostgreSQL sees another uid, while its files stay
   * root's, so that a data directory below a 0700 {@code /root} works.
   */
  NAMESPACE(List.of("setsid", "unshare", "--user", "--")),

  /** Root where the kernel or the container allows no user namespaces. */
  NOBODY(
      List.of(
          "setsid",
          "setpriv",
          "--reuid=" + PostgresUser.NOBODY_ID,
          "--regid=" + PostgresUser.NOBODY_ID,
          "--clear-groups",
          "--"));

  private static final int NOBODY_ID = 65534;

  private final List<String> prefix;

  PostgresUser(List<String> prefix) {
    this.prefix = prefix;
  }

  /** What works on this machine. */
  static PostgresUser here() {
    if (!weAreRoot()) {
      // initdb wants a name for its user; an arbitrary number, as containers have, is without
      boolean nameless = "?".equals(System.getProperty("user.name"));
      return nameless && NAMESPACE.works() ? NAMESPACE : OURSELVES;
    }
    return Stream.of(NAMESPACE, NOBODY)
        .filter(PostgresUser::works)
        .findFirst()
        .orElseThrow(
            () ->
                new EmbeddedPostgresFailed(
                    "PostgreSQL refuses to run as root, and neither a user namespace (unshare) nor"
                        + " another user (setpriv) is allowed here",
                    "Start Linkspan as an ordinary user, or set LINKSPAN_DATABASE_URL"));
  }

  static boolean weAreRoot() {
    try {
      // the link itself is root's; the directory that it leads to is ours
      return uid(Path.of("/proc/self").toRealPath()) == 0;
    } catch (IOException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  static int uid(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  private boolean works() {
    try {
      var command = command("sh", "-c", "test \"$(id -u)\" != 0");
      var probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  List<String> command(String... words) {
    return Stream.concat(prefix.stream(), Stream.of(words)).toList();
  }

  /** Lets this user into a directory that we own; makes sure that it can reach it. */
  void admitTo(Path directory) throws IOException {
    if (this != NOBODY) {
      return;
    }
    for (Path path = directory; path != null; path = path.getParent()) {
      var permissions = Files.getPosixFilePermissions(path);
      if (permissions.contains(PosixFilePermission.OTHERS_EXECUTE)) {
        continue;
      }
      if (!path.equals(directory)) {
        throw new EmbeddedPostgresFailed(
            "PostgreSQL has to run as another user than root here, and that user cannot pass "
                + path,
            "Choose a data directory outside of it with --data, or start as an ordinary user");
      }
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(path, permissions);
    }
  }

  /**
   * Hands a tree to this user: one that was made when the machine allowed something else belongs to
   * another.
   */
  void own(Path tree) throws IOException {
    if (!weAreRoot() || !Files.exists(tree)) {
      return;
    }
    int owner = this == NOBODY ? NOBODY_ID : 0;
    if (uid(tree) == owner) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            return give(path);
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            return give(path);
          }

          private FileVisitResult give(Path path) throws IOException {
            Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
