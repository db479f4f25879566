package io.linkspan.provider.caldav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Radicale, to which a web server lets only those who answer its Digest challenge (RFC 7616). */
final class DigestServer extends DavPeer {
  private static final String REALM = "calendars of this test";

  private final ServerProcess front;

  /** The web server and its algorithm. */
  enum Front {
    APACHE("MD5"),
    LIGHTTPD("SHA-256");

    private final String algorithm;

    Front(String algorithm) {
      this.algorithm = algorithm;
    }
  }

  DigestServer(Front kind) {
    super("digest", "server ready", DigestServer::radicale);
    try {
      front =
          switch (kind) {
            case APACHE -> new ServerProcess("apache2", "Command line:", this::apache);
            case LIGHTTPD -> new ServerProcess("lighttpd", "server started", this::lighttpd);
          };
      var secret = username() + ":" + REALM + ":" + password();
      var digest = MessageDigest.getInstance(kind.algorithm);
      var hash = HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.UTF_8)));
      Files.writeString(users(), username() + ":" + REALM + ":" + hash + "\n");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    makeCalendar("work", "Work", "VEVENT");
  }

  private static List<String> radicale(int port, Path directory) throws IOException {
    var config = directory.resolve("radicale");
    Files.writeString(
        config,
        """
        [server]
        hosts = 127.0.0.1:%d
        ssl = False
        [auth]
        type = http_x_remote_user
        [rights]
        type = owner_only
        [storage]
        filesystem_folder = %s/data
        [logging]
        level = info
        """
            .formatted(port, directory));
    return List.of("/usr/bin/radicale", "--config", config.toString());
  }

  private List<String> lighttpd(int port) throws IOException {
    var config = directory().toAbsolutePath().resolve("lighttpd");
    Files.writeString(users(), "");
    Files.writeString(
        config,
        """
        server.bind = "127.0.0.1"
        server.port = %d
        server.document-root = "%s"
        server.modules = ("mod_auth", "mod_authn_file", "mod_setenv", "mod_proxy")
        auth.backend = "htdigest"
        auth.backend.htdigest.userfile = "%s"
        auth.require = ("" => ("method" => "digest", "algorithm" => "SHA-256", "realm" => "%s", "require" => "valid-user"))
        setenv.add-request-header = ("X-Remote-User" => "%s")
        proxy.server = ("" => (("host" => "127.0.0.1", "port" => %d)))
        """
            .formatted(port, directory().toAbsolutePath(), users(), REALM, username(), port()));
    return List.of("/usr/sbin/lighttpd", "-D", "-f", config.toString());
  }

  private List<String> apache(int port) throws IOException {
    var folder = directory().toAbsolutePath();
    var config = folder.resolve("apache");
    Files.writeString(users(), "");
    var modules = new StringBuilder();
    for (var module :
        List.of(
            "mpm_event",
            "authn_core",
            "authn_file",
            "authz_core",
            "authz_user",
            "auth_digest",
            "headers",
            "proxy",
            "proxy_http")) {
      modules.append(
          "LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n".formatted(module, module));
    }
    Files.writeString(
        config,
        modules
            + """
            ServerName 127.0.0.1
            Listen 127.0.0.1:%d
            PidFile %s/apache.pid
            DefaultRuntimeDir %s
            Mutex file:%s
            ErrorLog /dev/stderr
            AllowEncodedSlashes NoDecode
            <Location "/">
              AuthType Digest
              AuthName "%s"
              AuthDigestProvider file
              AuthUserFile %s
              Require valid-user
              RequestHeader set X-Remote-User %s
              ProxyPass http://127.0.0.1:%d/ nocanon
            </Location>
            """
                .formatted(port, folder, folder, folder, REALM, users(), username(), port()));
    return List.of("/usr/sbin/apache2", "-D", "FOREGROUND", "-f", config.toString());
  }

  private Path users() {
    return directory().toAbsolutePath().resolve("users");
  }

  @Override
  public URI url() {
    return URI.create("http://127.0.0.1:" + front.port() + "/");
  }

  @Override
  URI directly(URI uri) {
    return URI.create("http://127.0.0.1:" + port() + uri.getRawPath());
  }

  @Override
  Map<String, String> directCredentials() {
    return Map.of("X-Remote-User", username());
  }

  @Override
  public URI homeUrl() {
    return url().resolve(username() + "/");
  }

  @Override
  public URI calendarUrl() {
    return homeUrl().resolve("work/");
  }

  @Override
  public void close() {
    front.close();
    super.close();
  }
}
