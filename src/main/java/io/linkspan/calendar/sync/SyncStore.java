package io.linkspan.calendar.sync;

import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.BusyPolicy;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The side of {@code calendars} that passes work with: who may write, where the last pass ended,
 * when the next is due.
 */
public final class SyncStore {
  record Key(UUID organizerId, UUID calendarId) {}

  /**
   * A calendar as a pass works on it.
   *
   * @param fence the number under which it may be written
   * @param zone of the calendar, or of its organizer: where all-day and floating times are
   * @param failures in a row until now
   * @param accountBroken whether the provider refused the account's credentials the last time
   * @param expandsAs what decides where whole days are and whose answers count, as one value
   * @param ownAddresses of the account and its organizer, in lower case: whose answer to an
   *     invitation counts
   * @param window the stretch that is expanded, once there is one
   * @param lastFullSync when it was last read from the beginning
   * @param coveredUntil see {@link io.linkspan.calendar.CalendarReader.SyncOutcome.Completed}
   */
  record Target(
      UUID organizerId,
      UUID calendarId,
      UUID integrationId,
      UUID accountId,
      String provider,
      String name,
      String externalId,
      Optional<String> token,
      long fence,
      String zone,
      boolean blocksTime,
      BusyPolicy busyPolicy,
      int failures,
      boolean accountBroken,
      boolean everSynced,
      String expandsAs,
      Set<String> ownAddresses,
      Optional<Window> window,
      Optional<Instant> lastFullSync,
      Optional<Instant> coveredUntil) {
    Key key() {
      return new Key(organizerId, calendarId);
    }

    /** Whether the same events become the same blocks. */
    boolean expandsLike(Target other) {
      return zone.equals(other.zone)
          && blocksTime == other.blocksTime
          && busyPolicy.equals(other.busyPolicy)
          && ownAddresses.equals(other.ownAddresses)
          && window.equals(other.window);
    }
  }

  /** In {@code expanded_as}: not all blocks were made as the same. */
  static final String MIXED = "";

  /** Of a calendar {@code c}, its account {@code a} and its organizer {@code o}. */
  public static final String EXPANDS_AS =
      """
      md5(concat_ws('|', coalesce(c.time_zone, o.time_zone),
                    lower(concat_ws(',', o.email, a.provider_email, a.attributes ->> 'addresses'))))
      """;

  private static final String TARGET =
      """
      SELECT c.*, i.account_id, a.provider, a.broken_since IS NOT NULL AS account_broken,
             coalesce(c.time_zone, o.time_zone) AS zone,
             concat_ws(',', o.email, a.provider_email, a.attributes ->> 'addresses') AS own_addresses,
             %s AS expands_as
      FROM calendars c
      JOIN calendar_integrations i ON i.organizer_id = c.organizer_id AND i.id = c.integration_id
      JOIN accounts a ON a.organizer_id = i.organizer_id AND a.id = i.account_id
      JOIN organizers o ON o.id = c.organizer_id
      """
          .formatted(EXPANDS_AS);

  Optional<Target> find(Handle tx, Key key) {
    return tx.createQuery(TARGET + " WHERE c.organizer_id = :organizer AND c.id = :id")
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .map((rs, context) -> target(rs))
        .findOne();
  }

  /**
   * A page was written of a calendar that this transaction has locked: its lease goes on from here,
   * and what it was expanded as is kept account of.
   */
  void wrote(Handle tx, Target target) {
    tx.createUpdate(
            """
            UPDATE calendars
            SET leased_until = clock_timestamp() + :lease * interval '1 second',
                expanded_as = CASE WHEN expanded_as IS NULL THEN :as
                                   WHEN expanded_as IN (:as, 'pending ' || :as) THEN expanded_as
                                   ELSE '' END
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("lease", LeaseStore.LEASE.toSeconds())
        .bind("as", target.expandsAs())
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .execute();
  }

  /** Calendars whose blocks were made as something else than holds now, in the order of keys. */
  List<Key> toExpand(Handle handle, Optional<UUID> organizer, Optional<Key> after, int limit) {
    return handle
        .createQuery(
            """
            SELECT c.organizer_id, c.id FROM calendars c
            JOIN calendar_integrations i ON i.organizer_id = c.organizer_id AND i.id = c.integration_id
            JOIN accounts a ON a.organizer_id = i.organizer_id AND a.id = i.account_id
            JOIN organizers o ON o.id = c.organizer_id
            WHERE c.window_to IS NOT NULL AND c.expanded_as IS DISTINCT FROM %s
              AND (:organizer::uuid IS NULL OR c.organizer_id = :organizer)
              AND (:afterId::uuid IS NULL OR (c.organizer_id, c.id) > (:afterOrganizer, :afterId))
            ORDER BY c.organizer_id, c.id LIMIT :limit
            """
                .formatted(EXPANDS_AS))
        .bindByType("organizer", organizer.orElse(null), UUID.class)
        .bindByType("afterOrganizer", after.map(Key::organizerId).orElse(null), UUID.class)
        .bindByType("afterId", after.map(Key::calendarId).orElse(null), UUID.class)
        .bind("limit", limit)
        .map((rs, context) -> key(rs))
        .list();
  }

  /**
   * Begins to make all blocks anew, if they were made as something else than holds now.
   *
   * @return as what
   */
  Optional<String> beginExpansion(Handle tx, Key key) {
    var target = lock(tx, key);
    if (target.isEmpty() || target.get().window().isEmpty()) {
      return Optional.empty();
    }
    var as = target.get().expandsAs();
    return tx.createUpdate(
                    """
                UPDATE calendars SET expanded_as = 'pending ' || :as
                WHERE organizer_id = :organizer AND id = :id AND expanded_as IS DISTINCT FROM :as
                """)
                .bind("as", as)
                .bind("organizer", key.organizerId())
                .bind("id", key.calendarId())
                .execute()
            > 0
        ? Optional.of(as)
        : Optional.empty();
  }

  /** All blocks are made as that, unless one was made as something else meanwhile. */
  void endExpansion(Handle tx, Key key, String as) {
    tx.createUpdate(
            """
            UPDATE calendars SET expanded_as = :as
            WHERE organizer_id = :organizer AND id = :id AND expanded_as = 'pending ' || :as
            """)
        .bind("as", as)
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .execute();
  }

  void expanded(Handle tx, Key key, String as) {
    tx.createUpdate(
            "UPDATE calendars SET expanded_as = :as WHERE organizer_id = :organizer AND id = :id")
        .bind("as", as)
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .execute();
  }

  /** Remembers what is marked free until the calendar blocks again. */
  void keepFreed(Handle tx, Key key, List<SyncedBlocks.Freed> freed) {
    tx.createUpdate(
            """
            UPDATE calendars SET freed = freed || :freed::jsonb WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("freed", Json.text(freed))
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .execute();
  }

  /** What was remembered, once. */
  List<SyncedBlocks.Freed> takeFreed(Handle tx, Key key) {
    var freed =
        tx.createQuery(
                "SELECT freed::text FROM calendars WHERE organizer_id = :organizer AND id = :id")
            .bind("organizer", key.organizerId())
            .bind("id", key.calendarId())
            .mapTo(String.class)
            .one();
    tx.createUpdate(
            """
            UPDATE calendars SET freed = '[]' WHERE organizer_id = :organizer AND id = :id AND freed <> '[]'
            """)
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .execute();
    return List.of(Json.read(freed, SyncedBlocks.Freed[].class));
  }

  void delete(Handle tx, Key key) {
    tx.createUpdate("DELETE FROM calendars WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .execute();
  }

  /** Locks the calendar for writing and reads it anew; empty if the pass may not write any more. */
  Optional<Target> lock(Handle tx, Target target) {
    return tx.createQuery(
            TARGET
                + " WHERE c.organizer_id = :organizer AND c.id = :id AND c.fence = :fence FOR UPDATE OF c")
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("fence", target.fence())
        .map((rs, context) -> target(rs))
        .findOne();
  }

  /** Locks the calendar, whoever reads it. */
  Optional<Target> lock(Handle tx, Key key) {
    return tx.createQuery(
            TARGET + " WHERE c.organizer_id = :organizer AND c.id = :id FOR UPDATE OF c")
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .map((rs, context) -> target(rs))
        .findOne();
  }

  /** A pass read everything there was: forgets earlier failures. */
  void markSyncSuccess(
      Handle tx,
      Target target,
      SyncOutcome.Completed completed,
      Window window,
      Instant now,
      Instant nextSync) {
    tx.createUpdate(
            """
            UPDATE calendars
            SET sync_token = :token, window_from = :from, window_to = :to, last_sync_at = :now, failures = 0,
                last_error = NULL, next_sync_at = :next, leased_until = NULL,
                refresh_hint = :hint * interval '1 second', covered_until = :coveredUntil,
                last_full_sync_at = CASE WHEN :full THEN :now ELSE last_full_sync_at END
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("token", completed.token().orElse(null))
        .bind("from", window.fromInclusive())
        .bind("to", window.toExclusive())
        .bind("now", now)
        .bind("next", nextSync)
        .bindByType(
            "hint", completed.refreshHint().map(Duration::toSeconds).orElse(null), Long.class)
        .bindByType("coveredUntil", completed.coveredUntil().orElse(null), Instant.class)
        .bind("full", completed.full())
        .execute();
  }

  /** A pass failed: counts it. What was stored stays. */
  void markSyncError(Handle tx, Target target, String error, boolean dropToken, Instant nextSync) {
    tx.createUpdate(
            """
            UPDATE calendars
            SET failures = failures + 1, last_error = :error, next_sync_at = :next, leased_until = NULL,
                sync_token = CASE WHEN :drop THEN NULL ELSE sync_token END
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("error", error)
        .bind("drop", dropToken)
        .bind("next", nextSync)
        .execute();
  }

  void makeDue(Handle tx, Key key, Instant now) {
    tx.createUpdate(
            "UPDATE calendars SET next_sync_at = :now WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .bind("now", now)
        .execute();
  }

  void setWindow(Handle tx, Key key, Window window) {
    tx.createUpdate(
            """
            UPDATE calendars SET window_from = :from, window_to = :to WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .bind("from", window.fromInclusive())
        .bind("to", window.toExclusive())
        .execute();
  }

  /**
   * Calendars of any organizer whose expanded stretch begins elsewhere than it should, or ends
   * before it, in the order of keys. Those whose provider told less than that are read anew by the
   * next sync instead.
   */
  List<Key> windowOtherThan(Handle tx, Window wanted, Optional<Key> after, int limit) {
    return tx.createQuery(
            """
            SELECT organizer_id, id FROM calendars
            WHERE (window_from <> :from OR window_to < :to)
              AND (covered_until IS NULL OR covered_until >= :to)
              AND (:afterId::uuid IS NULL OR (organizer_id, id) > (:afterOrganizer, :afterId))
            ORDER BY organizer_id, id LIMIT :limit
            """)
        .bind("from", wanted.fromInclusive())
        .bind("to", wanted.toExclusive())
        .bindByType("afterOrganizer", after.map(Key::organizerId).orElse(null), UUID.class)
        .bindByType("afterId", after.map(Key::calendarId).orElse(null), UUID.class)
        .bind("limit", limit)
        .map((rs, context) -> key(rs))
        .list();
  }

  /**
   * Has every calendar of the integration read from the beginning, now. Where a pass ended at one
   * address says nothing about another; one that runs may not write any more. Why earlier passes
   * failed need not be true of the new credentials; that they failed stays, until one succeeds.
   */
  void readAnew(Handle tx, UUID organizerId, UUID integrationId, String reason, Instant now) {
    tx.createUpdate(
            """
            UPDATE calendars SET sync_token = NULL, fence = fence + 1, leased_until = NULL, next_sync_at = :now,
                last_error = CASE WHEN failures > 0 THEN :reason END
            WHERE organizer_id = :organizer AND integration_id = :integration
            """)
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bind("now", now)
        .bind("reason", reason)
        .execute();
  }

  private static Key key(ResultSet rs) throws SQLException {
    return new Key(rs.getObject("organizer_id", UUID.class), rs.getObject("id", UUID.class));
  }

  private static Target target(ResultSet rs) throws SQLException {
    return new Target(
        rs.getObject("organizer_id", UUID.class),
        rs.getObject("id", UUID.class),
        rs.getObject("integration_id", UUID.class),
        rs.getObject("account_id", UUID.class),
        rs.getString("provider"),
        rs.getString("name"),
        rs.getString("external_id"),
        Optional.ofNullable(rs.getString("sync_token")),
        rs.getLong("fence"),
        rs.getString("zone"),
        rs.getBoolean("blocks_time"),
        Json.read(rs.getString("busy_policy"), BusyPolicy.class),
        rs.getInt("failures"),
        rs.getBoolean("account_broken"),
        rs.getObject("last_sync_at") != null,
        rs.getString("expands_as"),
        Stream.of(rs.getString("own_addresses").toLowerCase(Locale.ROOT).split(","))
            .collect(Collectors.toSet()),
        window(rs),
        Optional.ofNullable(instant(rs, "last_full_sync_at")),
        Optional.ofNullable(instant(rs, "covered_until")));
  }

  private static Optional<Window> window(ResultSet rs) throws SQLException {
    var from = instant(rs, "window_from");
    var to = instant(rs, "window_to");
    return from == null || to == null ? Optional.empty() : Optional.of(new Window(from, to));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    var time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
