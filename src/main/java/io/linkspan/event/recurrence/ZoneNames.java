package io.linkspan.event.recurrence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the zone that a TZID means: an IANA name, in whatever quotes, case or vendor's prefix; a
 * Windows name (CLDR windowsZones); what Windows shows for one.
 */
public final class ZoneNames {
  /** Some write novels; none of the names known is this long. */
  private static final int LONGEST = 200;

  /** Names of three letters that are no zones of IANA's and mean one to those who write them. */
  private static final Map<String, String> SHORT =
      Map.of(
          "pst", "America/Los_Angeles",
          "pdt", "America/Los_Angeles",
          "mdt", "America/Denver",
          "cst", "America/Chicago",
          "cdt", "America/Chicago",
          "edt", "America/New_York",
          "bst", "Europe/London",
          "cest", "Europe/Paris",
          "ist", "Asia/Kolkata",
          "jst", "Asia/Tokyo");

  private static final Set<String> OFTEN_REDEFINED = Set.of("EST", "MST", "HST");

  private static final Pattern OFFSET =
      Pattern.compile(
          "(?:\\(?(?:utc|gmt|z)?\\s*)([+-])(\\d{1,2}):?(\\d{2})?\\)?(?:\\s.*)?",
          Pattern.CASE_INSENSITIVE);

  /** Standard offsets are compared as they are then. */
  private static final Instant REFERENCE = Instant.parse("2026-01-01T00:00:00Z");

  private static final Pattern SHOWN_OFFSET =
      Pattern.compile("\\((?:utc|gmt)[^)]*\\)\\s*", Pattern.CASE_INSENSITIVE);

  private static final Map<String, ZoneId> IANA = iana();
  private static final Map<String, ZoneId> WINDOWS = table("windows-zones.tsv");
  private static final Map<String, ZoneId> DISPLAYED = table("display-zones.tsv");

  private static final Map<String, ZoneId> CITIES = table("city-zones.tsv");

  /**
   * What separates the places of a displayed name, in the scripts that Windows is translated to.
   */
  private static final Pattern BETWEEN_PLACES = Pattern.compile("\\s*[,;،、，]\\s*");

  private ZoneNames() {}

  /** The zone of that name, if it is an IANA, Windows or displayed name. */
  public static Optional<ZoneId> known(String tzid) {
    String name = plain(tzid);
    ZoneId exact = IANA.get(name);
    if (exact != null) {
      return Optional.of(exact);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    ZoneId found = IANA.get(lower);
    if (found == null) {
      found = WINDOWS.get(lower);
    }
    if (found == null) {
      found = afterPrefix(lower);
    }
    if (found == null) {
      var shown = SHOWN_OFFSET.matcher(lower);
      found = DISPLAYED.get(shown.lookingAt() ? lower.substring(shown.end()) : lower);
      if (found == null && shown.lookingAt()) {
        found = WINDOWS.get(lower.substring(shown.end()));
      }
    }
    return Optional.ofNullable(found);
  }

  /**
   * A guess for a name without any definition: an abbreviation, the places that a displayed name
   * lists in whatever language, or an offset such as {@code GMT+0200}.
   */
  static Optional<ZoneId> guessed(String tzid) {
    String name = plain(tzid);
    String abbreviation = SHORT.get(name.toLowerCase(Locale.ROOT));
    if (abbreviation != null) {
      return Optional.of(ZoneId.of(abbreviation));
    }
    Optional<ZoneId> named = byPlaces(name);
    if (named.isPresent()) {
      return named;
    }
    var offset = OFFSET.matcher(name);
    if (!offset.matches()) {
      return Optional.empty();
    }
    return seconds(offset).map(ZoneOffset::ofTotalSeconds);
  }

  private static Optional<Integer> seconds(Matcher offset) {
    int hours = Integer.parseInt(offset.group(2));
    int minutes = offset.group(3) == null ? 0 : Integer.parseInt(offset.group(3));
    int seconds = (hours * 60 + minutes) * 60;
    return minutes > 59 || seconds > 18 * 3600
        ? Optional.empty()
        : Optional.of(offset.group(1).equals("-") ? -seconds : seconds);
  }

  /**
   * {@code (UTC+01:00) Amsterdam, Berlijn, Bern, Rome, Stockholm, Wenen}: the first place that is
   * known and has the offset shown, which is that without daylight saving.
   */
  private static Optional<ZoneId> byPlaces(String name) {
    var shown = SHOWN_OFFSET.matcher(name);
    if (!shown.lookingAt()) {
      return Optional.empty();
    }
    String offset = shown.group();
    return BETWEEN_PLACES
        .splitAsStream(name.substring(shown.end()).toLowerCase(Locale.ROOT))
        .map(place -> CITIES.get(place.strip()))
        .filter(Objects::nonNull)
        .filter(zone -> standardOffset(zone).equals(fixed(offset)))
        .findFirst();
  }

  private static Optional<ZoneOffset> standardOffset(ZoneId zone) {
    return Optional.of(zone.getRules().getStandardOffset(REFERENCE));
  }

  /** The offset alone, as {@code (UTC+01:00)} or {@code (UTC)} shows it. */
  private static Optional<ZoneOffset> fixed(String shown) {
    var offset = OFFSET.matcher(shown.strip());
    if (!offset.matches()) {
      return shown.indexOf('+') < 0 && shown.indexOf('-') < 0
          ? Optional.of(ZoneOffset.UTC)
          : Optional.empty();
    }
    return seconds(offset).map(ZoneOffset::ofTotalSeconds);
  }

  /** IANA names without daylight saving that many write beside a VTIMEZONE that has it. */
  public static boolean isOftenRedefined(String tzid) {
    return OFTEN_REDEFINED.contains(plain(tzid));
  }

  private static String plain(String tzid) {
    String name = tzid.length() > LONGEST ? tzid.substring(0, LONGEST) : tzid;
    name = name.strip();
    while (name.length() > 1
        && isQuote(name.charAt(0))
        && isQuote(name.charAt(name.length() - 1))) {
      name = name.substring(1, name.length() - 1).strip();
    }
    return name;
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  /**
   * {@code /mozilla.org/20050126_1/Europe/Berlin}, {@code
   * /freeassociation.sourceforge.net/Tzfile/Europe/Berlin}, {@code
   * /citadel.org/20190914_1/America/Indiana/Knox}.
   */
  private static @Nullable ZoneId afterPrefix(String name) {
    for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
      ZoneId found = IANA.get(name.substring(slash + 1));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Map<String, ZoneId> iana() {
    Map<String, ZoneId> byName = new HashMap<>();
    for (String id : ZoneId.getAvailableZoneIds()) {
      ZoneId zone = ZoneId.of(id);
      byName.put(id, zone);
      byName.put(id.toLowerCase(Locale.ROOT), zone);
    }
    for (String utc : new String[] {"Z", "z", "utc", "UTC", "GMT", "gmt", "UT", "ut"}) {
      byName.put(utc, ZoneOffset.UTC);
    }
    return Map.copyOf(byName);
  }

  private static Map<String, ZoneId> table(String resource) {
    Map<String, ZoneId> zones = new HashMap<>();
    try (var in = Objects.requireNonNull(ZoneNames.class.getResourceAsStream(resource), resource);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .filter(columns -> IANA.containsKey(columns[1]))
          .forEach(
              columns ->
                  zones.put(
                      columns[0].toLowerCase(Locale.ROOT),
                      Objects.requireNonNull(IANA.get(columns[1]))));
    } catch (IOException e) {
      throw new UncheckedIOException("the packaged table " + resource + " cannot be read", e);
    }
    return Map.copyOf(zones);
  }
}
