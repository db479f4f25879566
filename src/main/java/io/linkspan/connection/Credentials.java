package io.linkspan.connection;

import io.linkspan.platform.crypto.Secret;
import java.net.URI;

/** What opens an account. Sealed before it is stored. */
public sealed interface Credentials {
  /** User name and password at a server (RFC 7617). */
  record Password(URI serverUrl, String username, Secret password) implements Credentials {}

  /** A feed whose address is all it takes. */
  record FeedAddress(Secret url) implements Credentials {}
}
