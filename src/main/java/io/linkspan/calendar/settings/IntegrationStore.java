package io.linkspan.calendar.settings;

import io.linkspan.calendar.Integration;
import io.linkspan.calendar.Integration.Status;
import io.linkspan.calendar.sync.LeftOutText;
import io.linkspan.calendar.sync.ResourceStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code calendar_integrations}, with what their calendars add up to. */
final class IntegrationStore {
  private static final String SELECT =
      """
      SELECT i.*, a.provider, a.provider_user_id, a.provider_email, a.broken_reason,
             c.calendars_count, c.destination, c.last_sync_at, c.next_sync_at, c.failures, c.last_error, c.syncing,
             c.never_ended,
             c.left_out, c.problem
      FROM calendar_integrations i
      JOIN accounts a ON a.organizer_id = i.organizer_id AND a.id = i.account_id
      CROSS JOIN LATERAL (
        SELECT count(*) AS calendars_count,
               (array_agg(id) FILTER (WHERE is_destination))[1] AS destination,
               max(last_sync_at) AS last_sync_at,
               min(next_sync_at) AS next_sync_at,
               coalesce(max(failures), 0) AS failures,
               (array_agg(last_error ORDER BY failures DESC))[1] AS last_error,
               coalesce(bool_or(leased_until > now()), false) AS syncing,
               coalesce(bool_and(last_sync_at IS NULL AND failures = 0), false) AS never_ended,
               coalesce(sum(of_calendar.left_out), 0)::integer AS left_out,
               (array_agg(of_calendar.problem ORDER BY name, id) FILTER (WHERE of_calendar.problem IS NOT NULL))[1]
                 AS problem
        FROM calendars k
        CROSS JOIN LATERAL (
          SELECT CASE WHEN k.blocks_time THEN (%s) ELSE 0 END AS left_out,
                 CASE WHEN k.blocks_time THEN (%s) END AS problem
        ) AS of_calendar
        WHERE organizer_id = i.organizer_id AND integration_id = i.id
      ) c
      WHERE i.organizer_id = :organizer
      """
          .formatted(
              ResourceStore.leftOut("k.organizer_id", "k.id"),
              ResourceStore.firstProblem("k.organizer_id", "k.id"));

  private final UnaryOperator<String> displayName;

  /**
   * @param displayName of a provider, such as {@code CalDAV}
   */
  IntegrationStore(UnaryOperator<String> displayName) {
    this.displayName = displayName;
  }

  List<Integration> list(Handle tx, UUID organizerId) {
    return tx.createQuery(SELECT + " ORDER BY i.created_at, i.id")
        .bind("organizer", organizerId)
        .map((rs, context) -> integration(rs))
        .list();
  }

  Optional<Integration> find(Handle tx, UUID organizerId, UUID id) {
    return tx.createQuery(SELECT + " AND i.id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> integration(rs))
        .findOne();
  }

  /**
   * Lets nobody else edit what this organizer connected until the transaction ends: first of all
   * locks, so that two edits never wait for each other. References to the organizer stay possible.
   *
   * @return whether there is such an organizer
   */
  boolean lockAll(Handle tx, UUID organizerId) {
    return tx.createQuery("SELECT 1 FROM organizers WHERE id = :organizer FOR NO KEY UPDATE")
        .bind("organizer", organizerId)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /**
   * Keeps the integration from changing until the transaction ends. References to it stay possible:
   * a pass that writes a row of its calendar twice checks them, while it holds what this
   * transaction may wait for.
   */
  boolean lock(Handle tx, UUID organizerId, UUID id) {
    return tx.createQuery(
            """
            SELECT 1 FROM calendar_integrations
            WHERE organizer_id = :organizer AND id = :id FOR NO KEY UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  Optional<UUID> findByAccount(Handle tx, UUID organizerId, UUID accountId) {
    return tx.createQuery(
            """
            SELECT id FROM calendar_integrations
            WHERE organizer_id = :organizer AND account_id = :account FOR NO KEY UPDATE
            """)
        .bind("organizer", organizerId)
        .bind("account", accountId)
        .mapTo(UUID.class)
        .findOne();
  }

  void insert(Handle tx, UUID organizerId, UUID id, UUID accountId, Instant now) {
    tx.createUpdate(
            """
            INSERT INTO calendar_integrations (organizer_id, id, account_id, listed_at, created_at, updated_at)
            VALUES (:organizer, :id, :account, :now, :now, :now)
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("account", accountId)
        .bind("now", now)
        .execute();
  }

  /** Sets what is given and leaves the rest. */
  void update(
      Handle tx,
      UUID organizerId,
      UUID id,
      @Nullable Boolean active,
      @Nullable Boolean syncEnabled,
      Instant now) {
    tx.createUpdate(
            """
            UPDATE calendar_integrations
            SET is_active = coalesce(:active, is_active), sync_enabled = coalesce(:sync, sync_enabled),
                version = version + 1, updated_at = :now
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bindByType("active", active, Boolean.class)
        .bindByType("sync", syncEnabled, Boolean.class)
        .bind("now", now)
        .execute();
  }

  /** Counts an edit of something else of it, such as its credentials. */
  void edited(Handle tx, UUID organizerId, UUID id, Instant now) {
    tx.createUpdate(
            """
            UPDATE calendar_integrations SET version = version + 1, updated_at = :now
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  void listed(Handle tx, UUID organizerId, UUID id, Instant now) {
    tx.createUpdate(
            "UPDATE calendar_integrations SET listed_at = :now WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  /** An integration of any organizer. */
  record Reference(UUID organizerId, UUID id, UUID accountId) {}

  /** Working integrations whose list of calendars was not read since, over all organizers. */
  List<Reference> listedBefore(Handle tx, Instant before, int limit) {
    return tx.createQuery(
            """
            SELECT i.organizer_id, i.id, i.account_id
            FROM calendar_integrations i
            JOIN accounts a ON a.organizer_id = i.organizer_id AND a.id = i.account_id
            WHERE i.listed_at < :before AND i.is_active AND i.sync_enabled AND a.broken_since IS NULL
            ORDER BY i.listed_at LIMIT :limit
            """)
        .bind("before", before)
        .bind("limit", limit)
        .map(
            (rs, context) ->
                new Reference(
                    rs.getObject("organizer_id", UUID.class),
                    rs.getObject("id", UUID.class),
                    rs.getObject("account_id", UUID.class)))
        .list();
  }

  /** What stands on an integration. */
  record Counts(int blocks, int upcoming, int openConflicts) {}

  Counts counts(Handle handle, UUID organizerId, UUID id, Instant now) {
    return handle
        .createQuery(
            """
            SELECT count(*) AS blocks, count(*) FILTER (WHERE end_at > :now) AS upcoming,
                   (SELECT count(*) FROM conflicts f WHERE f.organizer_id = :organizer AND f.status = 'open'
                      AND EXISTS (SELECT 1 FROM blocked_times t WHERE t.organizer_id = :organizer
                                    AND t.integration_id = :id AND t.id IN (f.block_a, f.block_b))) AS conflicts
            FROM blocked_times WHERE organizer_id = :organizer AND integration_id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("now", now)
        .map(
            (rs, context) ->
                new Counts(rs.getInt("blocks"), rs.getInt("upcoming"), rs.getInt("conflicts")))
        .one();
  }

  private Integration integration(ResultSet rs) throws SQLException {
    var status = status(rs);
    var provider = rs.getString("provider");
    return new Integration(
        rs.getObject("id", UUID.class),
        provider,
        displayName.apply(provider),
        rs.getString("provider_user_id"),
        rs.getString("provider_email"),
        rs.getObject("destination", UUID.class),
        status,
        reason(rs, status),
        rs.getBoolean("is_active"),
        rs.getBoolean("sync_enabled"),
        false,
        null,
        instant(rs, "last_sync_at"),
        rs.getBoolean("is_active") && rs.getBoolean("sync_enabled")
            ? instant(rs, "next_sync_at")
            : null,
        rs.getInt("failures"),
        rs.getInt("calendars_count"),
        rs.getObject("created_at", OffsetDateTime.class).toInstant(),
        rs.getObject("updated_at", OffsetDateTime.class).toInstant(),
        rs.getObject("account_id", UUID.class),
        rs.getLong("version"));
  }

  private static Status status(ResultSet rs) throws SQLException {
    if (!rs.getBoolean("is_active")) {
      return Status.DISABLED;
    }
    if (rs.getString("broken_reason") != null) {
      return Status.NEEDS_REAUTH;
    }
    if (rs.getBoolean("never_ended")) {
      return Status.CONNECTING;
    }
    if (rs.getBoolean("syncing")) {
      return Status.SYNCING;
    }
    if (rs.getInt("failures") > 0 || rs.getInt("left_out") > 0) {
      return Status.DEGRADED;
    }
    return Status.CONNECTED;
  }

  private static @Nullable String reason(ResultSet rs, Status status) throws SQLException {
    return switch (status) {
      case NEEDS_REAUTH -> rs.getString("broken_reason");
      case DISABLED -> "Turned off by its organizer.";
      case CONNECTING, CONNECTED, SYNCING, DEGRADED -> ofPasses(rs);
    };
  }

  /**
   * Passes that keep failing and events that are not understood are two things, and may be both.
   */
  private static @Nullable String ofPasses(ResultSet rs) throws SQLException {
    int failures = rs.getInt("failures");
    var leftOut = LeftOutText.of(rs.getInt("left_out"), rs.getString("problem"));
    if (failures == 0) {
      return leftOut.isEmpty() ? null : leftOut;
    }
    var error = rs.getString("last_error");
    return failures < Integration.KEEPS_FAILING_AFTER
        ? error
        : "It keeps failing: %d attempts in a row. %s %s"
            .formatted(failures, error, leftOut)
            .strip();
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    var time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
