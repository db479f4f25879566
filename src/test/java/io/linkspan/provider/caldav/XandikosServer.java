package io.linkspan.provider.caldav;

import java.net.URI;
import java.util.List;

/** Xandikos, which asks for no password and answers a bad sync token with 500. */
public final class XandikosServer extends DavPeer {
  public XandikosServer() {
    super(
        "xandikos",
        "Running on",
        (port, directory) ->
            List.of(
                "/usr/bin/xandikos",
                "-d",
                directory.resolve("data").toString(),
                "--defaults",
                "--current-user-principal",
                "/alice/",
                "-l",
                "127.0.0.1",
                "-p",
                Integer.toString(port)));
  }

  @Override
  public URI homeUrl() {
    return url().resolve(username() + "/calendars/");
  }

  @Override
  public URI calendarUrl() {
    return homeUrl().resolve("calendar/");
  }
}
