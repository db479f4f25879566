package io.linkspan.provider.caldav;

import io.linkspan.connection.Connector.Verification.Refused;
import io.linkspan.provider.caldav.CalendarHome.Place;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds an account's calendars from any address that belongs to it (RFC 6764, section 6): the
 * address itself, the well-known one, the root; then the principal (RFC 5397) and its homes (RFC
 * 4791, 6.2.1).
 */
final class Discovery {
  private final DavClient dav;
  private final ConnectFailures connectFailures;

  Discovery(DavClient dav, ConnectFailures connectFailures) {
    this.dav = dav;
    this.connectFailures = connectFailures;
  }

  sealed interface Outcome {
    /**
     * @param addresses of the person, in lower case: whose answer to an invitation counts
     * @param name of the account, or null
     */
    record Found(CalendarHome home, Set<String> addresses, @Nullable String name)
        implements Outcome {}

    record NotFound(Refused why) implements Outcome {}
  }

  Outcome from(URI entered) {
    Refused worst = null;
    var place = Optional.<Place>empty();
    for (var candidate : candidates(entered)) {
      var reply = dav.propfind(candidate, 0, DavBodies.DISCOVERY);
      if (!(reply instanceof DavReply.Multi multi)) {
        var refusal = connectFailures.of(reply, candidate);
        if (connectFailures.endsTheSearch(reply)) {
          return new Outcome.NotFound(worst == null || isAnswer(reply) ? refusal : worst);
        }
        worst = worst == null ? refusal : connectFailures.moreHelpful(worst, refusal);
        continue;
      }
      var member = self(multi);
      if (member.isEmpty()) {
        continue;
      }
      if (place.isEmpty()) {
        place = place(isEntered(candidate, entered), multi.uri(), member.get());
      }
      var account = account(multi, member.get());
      if (account.isPresent()) {
        return found(entered, account.get(), place);
      }
    }
    if (place.isPresent()) {
      return new Outcome.Found(new CalendarHome(List.of(place.get()), ""), Set.of(), null);
    }
    return new Outcome.NotFound(worst == null ? connectFailures.notCalDav(entered) : worst);
  }

  private static boolean isAnswer(DavReply reply) {
    return reply instanceof DavReply.Other;
  }

  private static boolean isEntered(URI candidate, URI entered) {
    return DavPath.directory(candidate.toString()).equals(DavPath.directory(entered.toString()));
  }

  /** With a slash at its end too: without it the same path may be a web page (RFC 4918, 5.2). */
  private static List<URI> candidates(URI entered) {
    try {
      return new ArrayList<>(
          new LinkedHashSet<>(
              List.of(
                  entered,
                  DavPath.withPath(entered, DavPath.directory(entered.getRawPath())),
                  DavPath.withPath(entered, "/.well-known/caldav"),
                  DavPath.withPath(entered, "/"))));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an address of a server", e);
    }
  }

  private static Optional<Multistatus.Member> self(DavReply.Multi multi) {
    return multi.content().members().stream()
        .filter(member -> member.status() == 0 || member.status() == 200)
        .findFirst();
  }

  /** What was entered may itself be a calendar, or what calendars are in. */
  private static Optional<Place> place(boolean entered, URI uri, Multistatus.Member member) {
    var type = member.property(DavXml.DAV, "resourcetype");
    if (!entered || type == null) {
      return Optional.empty();
    }
    return type.has(DavXml.CALDAV, "calendar")
        ? Optional.of(new Place(0, uri))
        : type.has(DavXml.DAV, "collection") ? Optional.of(new Place(1, uri)) : Optional.empty();
  }

  /** Where homes and addresses are told, and what told it. */
  private record Principal(URI uri, Multistatus.Member member) {}

  private Optional<Principal> account(DavReply.Multi multi, Multistatus.Member member) {
    if (hrefs(member, DavXml.CALDAV, "calendar-home-set").findAny().isPresent()) {
      return Optional.of(new Principal(multi.uri(), member));
    }
    return hrefs(member, DavXml.DAV, "current-user-principal")
        .flatMap(href -> DavPath.resolve(multi.uri(), href).stream())
        .findFirst()
        .map(uri -> dav.propfind(uri, 0, DavBodies.DISCOVERY))
        .filter(DavReply.Multi.class::isInstance)
        .map(DavReply.Multi.class::cast)
        .flatMap(reply -> self(reply).map(found -> new Principal(reply.uri(), found)));
  }

  private static Stream<String> hrefs(Multistatus.Member member, String namespace, String name) {
    var property = member.property(namespace, name);
    return property == null ? Stream.empty() : property.hrefs().stream();
  }

  private Outcome found(URI entered, Principal principal, Optional<Place> place) {
    var places = new ArrayList<Place>();
    hrefs(principal.member(), DavXml.CALDAV, "calendar-home-set")
        .flatMap(href -> DavPath.resolve(principal.uri(), href).stream())
        .map(uri -> new Place(1, uri))
        .forEach(places::add);
    var inHome =
        place.isPresent()
            && places.stream()
                .anyMatch(home -> DavPath.member(home.uri(), place.get().uri()).isPresent());
    if (place.isPresent() && (places.isEmpty() || place.get().depth() == 0 && !inHome)) {
      places.add(place.get());
    }
    if (places.isEmpty()) {
      return new Outcome.NotFound(connectFailures.noCalendars(entered));
    }
    return new Outcome.Found(
        new CalendarHome(places, DavPath.canonical(principal.uri().getRawPath())),
        addresses(principal),
        principal.member().text(DavXml.DAV, "displayname"));
  }

  /**
   * All names by which an event may call this person (RFC 6638, 2.4.1), written as attendees are:
   * an address without {@code mailto:}, else a URN or a path, which servers write with and without
   * their own origin and the slash at the end.
   */
  private static Set<String> addresses(Principal principal) {
    var addresses = new LinkedHashSet<String>();
    hrefs(principal.member(), DavXml.CALDAV, "calendar-user-address-set")
        .map(href -> href.toLowerCase(Locale.ROOT))
        .filter(href -> href.startsWith("mailto:"))
        .map(href -> DavPath.unescaped(href.substring(7)))
        .filter(address -> address.contains("@"))
        .forEach(addresses::add);
    hrefs(principal.member(), DavXml.CALDAV, "calendar-user-address-set")
        .map(href -> href.toLowerCase(Locale.ROOT))
        .filter(href -> href.startsWith("urn:") || href.startsWith("/") && href.length() > 1)
        .forEach(addresses::add);
    var paths =
        hrefs(principal.member(), DavXml.CALDAV, "calendar-user-address-set")
            .filter(
                href -> href.startsWith("/") || href.toLowerCase(Locale.ROOT).startsWith("http"));
    Stream.concat(Stream.of(principal.uri().getRawPath()), paths)
        .flatMap(href -> DavPath.resolve(principal.uri(), href).stream())
        .filter(uri -> uri.getRawPath().length() > 1)
        .flatMap(uri -> Stream.of(uri.getRawPath(), ServerAddress.origin(uri) + uri.getRawPath()))
        .map(path -> path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
        .map(path -> path.toLowerCase(Locale.ROOT))
        .forEach(
            path -> {
              addresses.add(path);
              addresses.add(path + "/");
            });
    addresses.removeIf(address -> address.contains(","));
    return addresses;
  }
}
