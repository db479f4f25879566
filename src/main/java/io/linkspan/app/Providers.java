package io.linkspan.app;

import io.linkspan.calendar.CalendarProvider;
import io.linkspan.connection.AccountProvider;
import io.linkspan.platform.egress.Egress;
import io.linkspan.provider.caldav.CalDavProvider;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The kinds of account there are. A new one is its folder and its line here.
 *
 * @param calendars those that have calendars, by name
 */
record Providers(List<AccountProvider> accounts, Map<String, CalendarProvider> calendars) {
  static Providers of(Egress egress, Clock clock) {
    var caldav = CalDavProvider.caldav(egress, clock);
    var apple = CalDavProvider.apple(egress, clock);
    return new Providers(
        List.of(caldav, apple), Map.of(caldav.name(), caldav, apple.name(), apple));
  }
}
