package io.linkspan.provider.caldav;

import io.linkspan.platform.egress.Exchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The outcome of one DAV request. */
sealed interface DavReply {
  /** A 207 that could be read. */
  record Multi(URI uri, Multistatus content) implements DavReply {}

  /** Any other status, or a 207 that could not be read. */
  record Other(Exchange.Answered answer, String flaw) implements DavReply {
    int status() {
      return answer.status();
    }

    /** Whether the body is a page for people: a sign-in, an error page, a wrong address. */
    boolean isWebPage() {
      var head = Arrays.copyOf(answer.body(), Math.min(answer.body().length, 500));
      var text = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
      return text.contains("<html") || text.contains("<!doctype html");
    }

    boolean names(String namespace, String condition) {
      return Multistatus.conditions(answer.body()).contains(namespace + condition);
    }
  }

  /** A redirect to where the credentials must not go. */
  record ForeignRedirect(URI target) implements DavReply {}

  /** No answer that counts. */
  record NoAnswer(Exchange.Failed failure) implements DavReply {}
}
