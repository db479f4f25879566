package io.linkspan.sandbox.google;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What apps may ask for, in words for the consent page. */
final class GoogleScopes {
  private static final String CALENDAR = "https://www.googleapis.com/auth/calendar";
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("openid", "know who you are at Google"),
          Map.entry("email", "see your email address"),
          Map.entry("profile", "see your name"),
          Map.entry(CALENDAR, "see, edit, share and delete all your calendars"),
          Map.entry(CALENDAR + ".readonly", "see and download your calendars"),
          Map.entry(CALENDAR + ".events", "view and edit events on all your calendars"),
          Map.entry(CALENDAR + ".events.readonly", "view events on all your calendars"),
          Map.entry(CALENDAR + ".calendarlist", "see and change the list of your calendars"),
          Map.entry(CALENDAR + ".calendarlist.readonly", "see the list of your calendars"),
          Map.entry(CALENDAR + ".freebusy", "view your availability"),
          Map.entry(
              "https://www.googleapis.com/auth/meetings.space.created",
              "create and manage your Meet conferences"));

  private GoogleScopes() {}

  static boolean known(String scope) {
    return WORDS.containsKey(scope);
  }

  static String words(String scope) {
    return WORDS.getOrDefault(scope, scope);
  }

  /** Whether any of these, each below the calendar's scope or the scope itself, was granted. */
  static boolean allow(Set<String> granted, String... suffixes) {
    return List.of(suffixes).stream().anyMatch(suffix -> granted.contains(CALENDAR + suffix));
  }
}
