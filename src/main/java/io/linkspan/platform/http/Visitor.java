package io.linkspan.platform.http;

import java.util.Optional;

/** What a request says about who sent it. */
public interface Visitor {
  /** First value of the header, whatever the case of its name. */
  Optional<String> header(String name);

  Optional<String> cookie(String name);

  /** The client's IP address. Behind a trusted proxy it is the one that the proxy names. */
  String remoteAddress();
}
