package io.linkspan.app;

import io.linkspan.calendar.CalendarProvider;
import io.linkspan.connection.AccountProvider;
import io.linkspan.platform.egress.Egress;
import io.linkspan.provider.caldav.CalDavProvider;
import io.linkspan.provider.ics.IcsProvider;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The kinds of account there are. A new one is its folder and its line here.
 *
 * @param calendars those that have calendars, by name
 */
record Providers(List<AccountProvider> accounts, Map<String, CalendarProvider> calendars) {
  /**
   * @param address of this server, which feeds' operators are told
   */
  static Providers of(Egress egress, Clock clock, URI address) {
    return of(
        List.of(
            CalDavProvider.caldav(egress, clock),
            CalDavProvider.apple(egress, clock),
            new IcsProvider(egress, clock, Main.Version.text(), address)));
  }

  private static <P extends AccountProvider & CalendarProvider> Providers of(List<P> all) {
    return new Providers(
        List.copyOf(all),
        all.stream()
            .collect(Collectors.toUnmodifiableMap(AccountProvider::name, provider -> provider)));
  }
}
