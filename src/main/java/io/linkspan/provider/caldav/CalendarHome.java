package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.Access;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.event.recurrence.ZoneNames;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an account's calendars are listed. Calendars on the first place's origin are named by path
 * alone: iCloud moves accounts between hosts, and servers move from http to https.
 *
 * @param places collections to list, or single calendars
 * @param principal path of the account at its server, or empty
 */
record CalendarHome(List<Place> places, String principal) {
  private static final String PLACES = "places";
  private static final String PRINCIPAL = "principal";

  /**
   * A VTIMEZONE with many years of rules has a few thousand characters, its name among the first.
   */
  private static final int MAX_TIME_ZONE_LENGTH = 64 << 10;

  private static final Set<String> USUAL_MAIN = Set.of("home", "personal", "calendar", "default");

  CalendarHome {
    places = List.copyOf(places);
  }

  /**
   * @param depth 1 for a collection of calendars, 0 for a calendar
   */
  record Place(int depth, URI uri) {}

  Map<String, String> attributes() {
    var lines = new ArrayList<String>();
    places.forEach(place -> lines.add(place.depth() + " " + place.uri()));
    return Map.of(PLACES, String.join("\n", lines), PRINCIPAL, principal);
  }

  static CalendarHome from(Map<String, String> attributes, URI server) {
    var places = new ArrayList<Place>();
    for (var line : attributes.getOrDefault(PLACES, "1 " + server).split("\n")) {
      places.add(new Place(line.charAt(0) - '0', URI.create(line.substring(2))));
    }
    return new CalendarHome(places, attributes.getOrDefault(PRINCIPAL, ""));
  }

  /** The address of a calendar that was listed before. */
  Optional<URI> calendar(String externalId) {
    try {
      return Optional.of(
          externalId.startsWith("/")
              ? DavPath.withPath(places.getFirst().uri(), externalId)
              : new URI(externalId));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  /** Those among what was listed that can hold events, each once; the first main one is primary. */
  List<RemoteCalendar> calendars(List<DavReply.Multi> listings, DavClient dav) {
    var found = new LinkedHashMap<String, RemoteCalendar>();
    for (var listing : listings) {
      for (var member : listing.content().members()) {
        DavPath.resolve(listing.uri(), member.href())
            .filter(dav::mayHavePassword)
            .filter(uri -> isCalendarOfEvents(member))
            .map(uri -> calendar(uri, member))
            .ifPresent(calendar -> found.putIfAbsent(calendar.externalId(), calendar));
      }
    }
    var calendars = new ArrayList<>(found.values());
    var main = main(calendars);
    calendars.replaceAll(
        c ->
            new RemoteCalendar(
                c.externalId(), c.name(), c.color(), c.timeZone(), c.access(), c.equals(main)));
    return calendars;
  }

  /**
   * With the zones that were not in the list: without its zone a calendar's whole days and floating
   * times would lie in the organizer's.
   */
  List<RemoteCalendar> withTimeZones(List<RemoteCalendar> calendars, DavClient dav) {
    var complete = new ArrayList<RemoteCalendar>(calendars.size());
    for (var c : calendars) {
      var zone = c.timeZone() == null ? askedZone(c, dav) : c.timeZone();
      complete.add(
          new RemoteCalendar(c.externalId(), c.name(), c.color(), zone, c.access(), c.primary()));
    }
    return complete;
  }

  private @Nullable String askedZone(RemoteCalendar calendar, DavClient dav) {
    return calendar(calendar.externalId())
        .map(uri -> dav.propfind(uri, 0, DavBodies.TIME_ZONE))
        .filter(DavReply.Multi.class::isInstance)
        .map(DavReply.Multi.class::cast)
        .flatMap(reply -> reply.content().members().stream().findFirst())
        .map(member -> zone(member.text(DavXml.CALDAV, "calendar-timezone")))
        .orElse(null);
  }

  private static @Nullable RemoteCalendar main(List<RemoteCalendar> calendars) {
    var writable =
        calendars.stream()
            .filter(c -> c.access() == Access.OWNER || c.access() == Access.WRITER)
            .toList();
    return writable.stream()
        .filter(c -> USUAL_MAIN.contains(lastSegment(c.externalId()).toLowerCase(Locale.ROOT)))
        .findFirst()
        .or(() -> writable.stream().findFirst())
        .orElse(null);
  }

  static boolean isCalendarOfEvents(Multistatus.Member member) {
    var type = member.property(DavXml.DAV, "resourcetype");
    if (type == null || !type.has(DavXml.CALDAV, "calendar") || isSubscription(member)) {
      return false;
    }
    var components = member.property(DavXml.CALDAV, "supported-calendar-component-set");
    return components == null
        || components.names().isEmpty()
        || components.names().stream().anyMatch("VEVENT"::equalsIgnoreCase);
  }

  /** Its events lie at its {@code cs:source}: iCloud lists it as a calendar and keeps it empty. */
  static boolean isSubscription(Multistatus.Member member) {
    var type = member.property(DavXml.DAV, "resourcetype");
    return type != null && type.has(DavXml.CALENDARSERVER, "subscribed");
  }

  private RemoteCalendar calendar(URI uri, Multistatus.Member member) {
    var path = DavPath.directory(uri.getRawPath());
    var first = places.getFirst().uri();
    var sameOrigin =
        uri.getScheme().equalsIgnoreCase(first.getScheme())
            && uri.getRawAuthority().equalsIgnoreCase(first.getRawAuthority());
    var externalId = sameOrigin ? path : uri.getScheme() + "://" + uri.getRawAuthority() + path;
    var name = member.text(DavXml.DAV, "displayname");
    return new RemoteCalendar(
        externalId,
        name == null ? lastSegment(path) : name,
        color(member.text(DavXml.APPLE, "calendar-color")),
        zone(member.text(DavXml.CALDAV, "calendar-timezone")),
        access(member),
        false);
  }

  private static String lastSegment(String path) {
    var end = path.endsWith("/") ? path.length() - 1 : path.length();
    var segment = path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    return URI.create("/" + segment).getPath().substring(1);
  }

  /**
   * RFC 3744. A server that knows no privileges does not distinguish them, and then who owns the
   * calendar decides; one that denies them (DAViCal) shows somebody else's.
   */
  private Access access(Multistatus.Member member) {
    var privileges = member.property(DavXml.DAV, "current-user-privilege-set");
    if (privileges == null || privileges.elements().isEmpty()) {
      var denied = member.denies(DavXml.DAV, "current-user-privilege-set");
      return isOwner(member) || !denied && !isOthers(member) ? Access.OWNER : Access.READER;
    }
    var writes =
        privileges.has(DavXml.DAV, "write")
            || privileges.has(DavXml.DAV, "write-content") && privileges.has(DavXml.DAV, "bind");
    if (privileges.has(DavXml.DAV, "all")
        || privileges.has(DavXml.DAV, "write-acl")
        || writes && isOwner(member)) {
      return Access.OWNER;
    }
    if (writes) {
      return Access.WRITER;
    }
    return privileges.has(DavXml.CALDAV, "read-free-busy") && !privileges.has(DavXml.DAV, "read")
        ? Access.FREE_BUSY
        : Access.READER;
  }

  private boolean isOwner(Multistatus.Member member) {
    var owner = member.property(DavXml.DAV, "owner");
    return owner != null
        && !principal.isEmpty()
        && owner.hrefs().stream()
            .map(DavPath::canonical)
            .map(DavPath::directory)
            .map(href -> href.toLowerCase(Locale.ROOT))
            .anyMatch(href -> href.endsWith(DavPath.directory(principal).toLowerCase(Locale.ROOT)));
  }

  /** Whether it is said to belong to somebody else, as far as it is known who oneself is. */
  private boolean isOthers(Multistatus.Member member) {
    var owner = member.property(DavXml.DAV, "owner");
    return owner != null && !owner.hrefs().isEmpty() && !principal.isEmpty() && !isOwner(member);
  }

  /** Apple writes {@code #RRGGBBAA}. */
  private static @Nullable String color(@Nullable String text) {
    return text != null && text.matches("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
        ? text.substring(0, 7).toLowerCase(Locale.ROOT)
        : null;
  }

  /** From the VTIMEZONE that RFC 4791 has here. */
  private static @Nullable String zone(@Nullable String timeZone) {
    if (timeZone == null) {
      return null;
    }
    return timeZone
        .substring(0, Math.min(timeZone.length(), MAX_TIME_ZONE_LENGTH))
        .lines()
        .filter(line -> line.startsWith("TZID:") || line.startsWith("TZID;"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(name -> name.length() <= 200)
        .flatMap(ZoneNames::known)
        .map(ZoneId::getId)
        .orElse(null);
  }
}
