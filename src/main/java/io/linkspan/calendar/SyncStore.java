package io.linkspan.calendar;

import io.linkspan.availability.SyncedBlocks;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
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
final class SyncStore {
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
      Optional<Window> window) {
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
  static final String EXPANDS_AS =
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

  /** By the database's clock; a pass whose node is silent for so long is taken over. */
  static final Duration LEASE = Duration.ofSeconds(15);

  /**
   * Takes calendars that are due, whoever's they are: at most {@code perOrganizer} of one organizer
   * and {@code perAccount} of one account at a time, so that nobody's calendars wait behind
   * another's thousand, or behind a server that does not answer. A calendar that is being written
   * just now is left for the next time, not waited for. Only the lease goes by the database's
   * clock, which all nodes share.
   */
  List<Target> claim(Handle tx, Instant now, int perOrganizer, int perAccount, int limit) {
    var keys =
        tx.createQuery(
                """
                WITH due AS (
                  SELECT c.organizer_id, c.integration_id, c.id, c.next_sync_at,
                         row_number() OVER (PARTITION BY c.organizer_id, c.integration_id
                                            ORDER BY c.next_sync_at, c.id) AS turn
                  FROM calendars c
                  JOIN calendar_integrations i ON i.organizer_id = c.organizer_id AND i.id = c.integration_id
                  WHERE c.next_sync_at <= :now AND (c.leased_until IS NULL OR c.leased_until < now())
                    AND i.is_active AND i.sync_enabled
                ), busy AS (
                  SELECT organizer_id, integration_id, count(*) AS running FROM calendars
                  WHERE leased_until > now() GROUP BY organizer_id, integration_id
                ), of_accounts AS (
                  SELECT due.*, row_number() OVER (PARTITION BY organizer_id
                                                   ORDER BY due.turn, due.next_sync_at, due.id) AS organizer_turn
                  FROM due LEFT JOIN busy USING (organizer_id, integration_id)
                  WHERE due.turn + coalesce(busy.running, 0) <= :perAccount
                ), chosen AS (
                  SELECT o.organizer_id, o.id FROM of_accounts o
                  WHERE o.organizer_turn
                        + coalesce((SELECT sum(running) FROM busy b WHERE b.organizer_id = o.organizer_id), 0)
                        <= :perOrganizer
                  ORDER BY o.organizer_turn, o.next_sync_at LIMIT :limit
                ), free AS (
                  SELECT c.organizer_id, c.id FROM calendars c
                  JOIN chosen ON chosen.organizer_id = c.organizer_id AND chosen.id = c.id
                  WHERE c.next_sync_at <= :now AND (c.leased_until IS NULL OR c.leased_until < now())
                  FOR UPDATE OF c SKIP LOCKED
                )
                UPDATE calendars c SET fence = fence + 1, leased_until = now() + :lease * interval '1 second'
                FROM free
                WHERE c.organizer_id = free.organizer_id AND c.id = free.id
                RETURNING c.organizer_id, c.id
                """)
            .bind("now", now)
            .bind("lease", LEASE.toSeconds())
            .bind("perOrganizer", perOrganizer)
            .bind("perAccount", perAccount)
            .bind("limit", limit)
            .map((rs, context) -> key(rs))
            .list();
    return keys.stream().flatMap(key -> find(tx, key).stream()).toList();
  }

  Optional<Target> find(Handle tx, Key key) {
    return tx.createQuery(TARGET + " WHERE c.organizer_id = :organizer AND c.id = :id")
        .bind("organizer", key.organizerId())
        .bind("id", key.calendarId())
        .map((rs, context) -> target(rs))
        .findOne();
  }

  /**
   * Prolongs the leases of passes that still run, except of calendars that are being written just
   * now: that itself does ({@link #wrote}).
   */
  void prolong(Handle tx, Collection<Target> running) {
    tx.createUpdate(
            """
            WITH free AS (
              SELECT c.organizer_id, c.id FROM calendars c
              JOIN unnest(:organizers, :ids, :fences) AS r (organizer_id, id, fence)
                ON c.organizer_id = r.organizer_id AND c.id = r.id AND c.fence = r.fence
              WHERE c.leased_until IS NOT NULL
              FOR UPDATE OF c SKIP LOCKED
            )
            UPDATE calendars c SET leased_until = now() + :lease * interval '1 second'
            FROM free
            WHERE c.organizer_id = free.organizer_id AND c.id = free.id
            """)
        .bind("lease", LEASE.toSeconds())
        .bind("organizers", running.stream().map(Target::organizerId).toArray(UUID[]::new))
        .bind("ids", running.stream().map(Target::calendarId).toArray(UUID[]::new))
        .bind("fences", running.stream().map(Target::fence).toArray(Long[]::new))
        .execute();
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
        .bind("lease", LEASE.toSeconds())
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
      Optional<String> token,
      Window window,
      Instant now,
      Instant nextSync,
      Optional<Duration> refreshHint) {
    tx.createUpdate(
            """
            UPDATE calendars
            SET sync_token = :token, window_from = :from, window_to = :to, last_sync_at = :now, failures = 0,
                last_error = NULL, next_sync_at = :next, leased_until = NULL,
                refresh_hint = :hint * interval '1 second'
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("token", token.orElse(null))
        .bind("from", window.fromInclusive())
        .bind("to", window.toExclusive())
        .bind("now", now)
        .bind("next", nextSync)
        .bindByType("hint", refreshHint.map(Duration::toSeconds).orElse(null), Long.class)
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

  /** Gives the calendar back untouched, to be taken again at once: the node shuts down. */
  void release(Handle tx, Target target) {
    tx.createUpdate(
            """
            UPDATE calendars SET leased_until = NULL
            WHERE organizer_id = :organizer AND id = :id AND fence = :fence
            """)
        .bind("organizer", target.organizerId())
        .bind("id", target.calendarId())
        .bind("fence", target.fence())
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
        window(rs));
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
