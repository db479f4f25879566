package io.linkspan.provider.caldav;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a pass ended, as text for the store. */
sealed interface SyncToken {
  String text();

  /**
   * The server can say what changed since (RFC 6578).
   *
   * @param state what the collection itself said of its state then; null if it was not asked
   */
  record Since(String value, @Nullable String state) implements SyncToken {
    @Override
    public String text() {
      return state == null
          ? "sync:" + value
          : "state:" + URLEncoder.encode(state, StandardCharsets.UTF_8) + ":" + value;
    }

    Since at(@Nullable String newState) {
      return new Since(value, newState);
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
      return Optional.of(new Since(text.substring(5), null));
    }
    var parts = text.split(":", 3);
    if (parts.length == 3 && parts[0].equals("state")) {
      return Optional.of(new Since(parts[2], URLDecoder.decode(parts[1], StandardCharsets.UTF_8)));
    }
    return text.startsWith("ctag:") ? Optional.of(new Ctag(text.substring(5))) : Optional.empty();
  }
}
