package io.linkspan.app;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.connection.Connector;
import io.linkspan.platform.egress.Egress;
import io.linkspan.provider.Provider;
import io.linkspan.provider.caldav.CalDavProvider;
import io.linkspan.provider.ics.IcsProvider;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The account types there are. A new one is its folder and its line here. */
record Providers(List<Provider> all) {
  /**
   * @param address of this server, which feeds' operators are told
   */
  static Providers of(Egress egress, Clock clock, URI address) {
    return new Providers(
        List.of(
            Provider.withCalendars(CalDavProvider.caldav(egress, clock)),
            Provider.withCalendars(CalDavProvider.apple(egress, clock)),
            Provider.withCalendars(new IcsProvider(egress, clock, Main.Version.text(), address))));
  }

  List<Connector> connectors() {
    return all.stream().map(Provider::connector).toList();
  }

  /** Those that have calendars, by account type. */
  Map<String, CalendarReader> calendars() {
    return all.stream()
        .filter(provider -> provider.calendars().isPresent())
        .collect(
            Collectors.toUnmodifiableMap(
                Provider::accountType, provider -> provider.calendars().orElseThrow()));
  }
}
