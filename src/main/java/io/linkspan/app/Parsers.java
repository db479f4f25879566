package io.linkspan.app;

import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.egress.Network;
import io.linkspan.platform.http.OrganizerLimit;
import io.linkspan.platform.text.EmailAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** How the text of a setting becomes a value; messages complete "LINKSPAN_X …". */
final class Parsers {
  /** A name and a number that a {@code long} can be. */
  private static final Pattern LIMIT = Pattern.compile("([a-z_]+)\\s*=\\s*([0-9]{1,18})");

  private Parsers() {}

  static Setting.Parser<String> text() {
    return text -> text;
  }

  static Setting.Parser<Secret> secretOfAtLeast(int characters) {
    return text -> {
      if (text.length() < characters) {
        throw new IllegalArgumentException("must have at least " + characters + " characters");
      }
      return Secret.of(text);
    };
  }

  static Setting.Parser<Integer> number(int least, int most) {
    return text -> {
      try {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "must be a whole number from " + least + " to " + most + ", not \"" + text + "\"");
    };
  }

  static Setting.Parser<Boolean> flag() {
    return text ->
        switch (text) {
          case "true" -> true;
          case "false" -> false;
          default ->
              throw new IllegalArgumentException("must be true or false, not \"" + text + "\"");
        };
  }

  static Setting.Parser<Path> path() {
    return text -> Path.of(text).toAbsolutePath().normalize();
  }

  static Setting.Parser<Duration> duration(Duration least, Duration most) {
    return text -> {
      try {
        Duration duration = Duration.parse(text);
        if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
          return duration;
        }
      } catch (DateTimeParseException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "must be an ISO 8601 duration from "
              + least
              + " to "
              + most
              + " such as PT5M, not \""
              + text
              + "\"");
    };
  }

  /** An absolute http or https address without user, query and fragment; no slash at its end. */
  static Setting.Parser<URI> address() {
    return text -> {
      try {
        URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null) {
          return uri;
        }
      } catch (URISyntaxException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "must be an http or https address such as https://calendar.example.org, not \""
              + text
              + "\"");
    };
  }

  static <T> Setting.Parser<List<T>> list(Setting.Parser<T> element) {
    return text ->
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(element::parse)
            .toList();
  }

  /** The standard limits with those that the text names, such as {@code blocks=1000,webhooks=5}. */
  static Setting.Parser<Map<OrganizerLimit, Long>> limits() {
    return text -> {
      var numbers = OrganizerLimit.standard();
      for (String entry : list(text()).parse(text)) {
        var parts = LIMIT.matcher(entry);
        if (!parts.matches()) {
          throw new IllegalArgumentException(
              "must list limits such as webhooks=50; \"" + entry + "\" is none");
        }
        OrganizerLimit limit =
            OrganizerLimit.of(parts.group(1))
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "knows no limit \""
                                + parts.group(1)
                                + "\"; there are "
                                + OrganizerLimit.text(OrganizerLimit.standard())));
        numbers.put(limit, Long.valueOf(parts.group(2)));
      }
      return numbers;
    };
  }

  static Setting.Parser<String> network() {
    return text -> {
      try {
        Network.parse(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "must list networks such as 10.1.0.0/16 or fd00::/8; \"" + text + "\" is none", e);
      }
      return text;
    };
  }

  static Setting.Parser<String> email() {
    return text -> {
      if (!EmailAddress.plausible(text)) {
        throw new IllegalArgumentException("must be an email address, not \"" + text + "\"");
      }
      return text;
    };
  }
}
