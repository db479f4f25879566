package io.linkspan.provider.caldav;

import java.util.Optional;

/** Where a pass ended, as text for the store. */
sealed interface SyncToken {
  String text();

  /** The server can say what changed since (RFC 6578). */
  record Since(String value) implements SyncToken {
    @Override
    public String text() {
      return "sync:" + value;
    }
  }

  /** The server can only say that something changed. */
  record Ctag(String value) implements SyncToken {
    @Override
    public String text() {
      return "ctag:" + value;
    }
  }

  static Optional<SyncToken> of(String text) {
    if (text.startsWith("sync:")) {
      return Optional.of(new Since(text.substring(5)));
    }
    return text.startsWith("ctag:") ? Optional.of(new Ctag(text.substring(5))) : Optional.empty();
  }
}
