package io.linkspan.activity;

import java.util.Map;

/** The types of the activity log, in words. */
final class LogType {
  private static final Map<String, String> DISPLAY =
      Map.ofEntries(
          Map.entry("calendar_sync", "Calendar sync"),
          Map.entry("video_link_created", "Video link created"),
          Map.entry("webhook_sent", "Webhook sent"),
          Map.entry("oauth_connected", "Account connected"),
          Map.entry("token_refreshed", "Token refreshed"),
          Map.entry("integration_disconnected", "Integration disconnected"),
          Map.entry("conflict_detected", "Conflict detected"),
          Map.entry("conflict_resolved", "Conflict resolved"),
          Map.entry("booking", "Booking"),
          Map.entry("error", "Error"));

  private LogType() {}

  static String display(String type) {
    return DISPLAY.getOrDefault(type, type);
  }
}
