package io.linkspan.provider.caldav;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Radicale with a password file; answers a bad sync token with 403 {@code valid-sync-token}. */
public final class RadicaleServer extends DavPeer {
  public RadicaleServer() {
    super(
        "radicale",
        "server ready",
        (port, directory) -> {
          Files.writeString(directory.resolve("users"), "alice:correct horse 7\n");
          var config = directory.resolve("config");
          Files.writeString(
              config,
              """
              [server]
              hosts = 127.0.0.1:%d
              ssl = False
              [auth]
              type = htpasswd
              htpasswd_filename = %s/users
              htpasswd_encryption = plain
              delay = 0
              [rights]
              type = owner_only
              [storage]
              filesystem_folder = %s/data
              [logging]
              level = info
              """
                  .formatted(port, directory, directory));
          return List.of("/usr/bin/radicale", "--config", config.toString());
        });
    makeCalendar("work", "Work", "VEVENT");
  }

  @Override
  public URI homeUrl() {
    return url().resolve(username() + "/");
  }

  @Override
  public URI calendarUrl() {
    return homeUrl().resolve("work/");
  }

  /** Where the files of a calendar lie, to fill it quickly. */
  public Path storageOf(String calendar) {
    return directory().resolve("data/collection-root").resolve(username()).resolve(calendar);
  }
}
