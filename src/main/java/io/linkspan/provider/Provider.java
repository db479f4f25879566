package io.linkspan.provider;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.connection.Connector;
import java.util.Optional;

/**
 * An account type that people can connect, and what it can do. A provider need not have calendars.
 *
 * @param calendars reads its calendars, if it has any
 */
public record Provider(Connector connector, Optional<CalendarReader> calendars) {
  /** One that has calendars. */
  public static <P extends Connector & CalendarReader> Provider withCalendars(P provider) {
    return new Provider(provider, Optional.of(provider));
  }

  public String accountType() {
    return connector.accountType();
  }
}
