package io.linkspan.activity;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What happened to an organizer's integrations, for people to read and search. */
public interface ActivityLog {
  /**
   * One entry.
   *
   * @param type of the contract, such as {@code calendar_sync}
   * @param integrationType {@code calendar}, {@code video}, {@code webhook} or null
   * @param message one sentence
   * @param details JSON members, without secrets
   */
  record Entry(
      UUID organizerId,
      String type,
      @Nullable String integrationType,
      @Nullable UUID integrationId,
      String message,
      Map<String, Object> details,
      boolean success,
      @Nullable String requestId) {}

  /** Writes the entry with the change it tells of. */
  void record(Handle tx, Entry entry);

  /** {@link #record} for many, in their order. */
  default void recordAll(Handle tx, List<Entry> entries) {
    entries.forEach(entry -> record(tx, entry));
  }
}
