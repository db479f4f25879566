package io.linkspan.calendar.settings;

import io.linkspan.availability.CalendarFreshness.SourceCalendar;
import io.linkspan.availability.CalendarFreshness.StalePolicy;
import io.linkspan.availability.CalendarFreshness.State;
import io.linkspan.calendar.BusyPolicy;
import io.linkspan.calendar.Calendar;
import io.linkspan.calendar.CalendarReader.Access;
import io.linkspan.calendar.CalendarReader.RemoteCalendar;
import io.linkspan.calendar.sync.LeftOutText;
import io.linkspan.calendar.sync.ResourceStore;
import io.linkspan.calendar.sync.SyncStore;
import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code calendars}, as their organizer sees and sets them. */
final class CalendarStore {
  /** From when on a calendar that was read well counts as stale: this many intervals. */
  private static final int STALE_AFTER = 3;

  private static final String COLUMNS_AND_TABLES =
      """
      SELECT c.*, i.is_active AND i.sync_enabled AS is_read, i.is_active,
             c.expanded_as IS NOT DISTINCT FROM %s AS is_expanded%s
      FROM calendars c
      JOIN calendar_integrations i ON i.organizer_id = c.organizer_id AND i.id = c.integration_id
      JOIN accounts a ON a.organizer_id = i.organizer_id AND a.id = i.account_id
      JOIN organizers o ON o.id = c.organizer_id
      WHERE c.organizer_id = :organizer
      """;

  private static final String SELECT = COLUMNS_AND_TABLES.formatted(SyncStore.EXPANDS_AS, "");

  private static final String SELECT_FRESHNESS =
      COLUMNS_AND_TABLES.formatted(
          SyncStore.EXPANDS_AS,
          ", (%s) AS left_out, (%s) AS first_problem"
              .formatted(
                  ResourceStore.leftOut("c.organizer_id", "c.id"),
                  ResourceStore.firstProblem("c.organizer_id", "c.id")));

  private final Duration interval;

  /**
   * @param interval between two passes of a calendar
   */
  CalendarStore(Duration interval) {
    this.interval = interval;
  }

  List<Calendar> list(Handle tx, UUID organizerId, UUID integrationId, Instant now) {
    return tx.createQuery(
            SELECT + " AND c.integration_id = :integration ORDER BY NOT c.is_primary, c.name, c.id")
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .map((rs, context) -> calendar(rs, now))
        .list();
  }

  Optional<Calendar> find(Handle tx, UUID organizerId, UUID id, Instant now) {
    return tx.createQuery(SELECT + " AND c.id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> calendar(rs, now))
        .findOne();
  }

  /** The organizer's calendars that block, and how far each can be relied on. */
  List<SourceCalendar> freshness(Handle tx, UUID organizerId, Instant now) {
    return tx.createQuery(SELECT_FRESHNESS + " AND c.blocks_time ORDER BY c.name, c.id")
        .bind("organizer", organizerId)
        .map(
            (rs, context) ->
                new SourceCalendar(
                    rs.getObject("integration_id", UUID.class),
                    rs.getObject("id", UUID.class),
                    rs.getString("name"),
                    rs.getBoolean("is_active"),
                    instant(rs, "last_sync_at"),
                    state(rs, now),
                    stalePolicy(rs),
                    rs.getInt("left_out"),
                    reason(rs, state(rs, now)),
                    instant(rs, "window_from"),
                    instant(rs, "window_to")))
        .list();
  }

  /**
   * Stores a calendar that the account's list names; one that is known keeps its id and its
   * organizer's choices.
   *
   * @param blocks whether a new one blocks
   */
  void upsert(
      Handle tx,
      UUID organizerId,
      UUID integrationId,
      UUID newId,
      RemoteCalendar remote,
      boolean blocks,
      Instant now) {
    tx.createUpdate(
            """
            INSERT INTO calendars (organizer_id, id, integration_id, external_id, name, color, time_zone, access,
                                   is_primary, blocks_time, busy_policy, next_sync_at, created_at, updated_at)
            VALUES (:organizer, :id, :integration, :external, :name, :color, :zone, :access, :primary, :blocks,
                    :policy::jsonb, :now, :now, :now)
            ON CONFLICT (organizer_id, integration_id, external_id)
            DO UPDATE SET name = excluded.name, color = excluded.color, time_zone = excluded.time_zone,
                          access = excluded.access, is_primary = excluded.is_primary, updated_at = excluded.updated_at
            WHERE (calendars.name, calendars.color, calendars.time_zone, calendars.access, calendars.is_primary)
                  IS DISTINCT FROM
                  (excluded.name, excluded.color, excluded.time_zone, excluded.access, excluded.is_primary)
            """)
        .bind("organizer", organizerId)
        .bind("id", newId)
        .bind("integration", integrationId)
        .bind("external", remote.externalId())
        .bind("name", remote.name())
        .bind("color", remote.color())
        .bind("zone", remote.timeZone())
        .bind("access", lower(remote.access()))
        .bind("primary", remote.primary())
        .bind("blocks", blocks)
        .bind("policy", Json.text(BusyPolicy.DEFAULT))
        .bind("now", now)
        .execute();
  }

  void update(
      Handle tx,
      UUID organizerId,
      UUID id,
      boolean blocksTime,
      BusyPolicy busyPolicy,
      StalePolicy stalePolicy,
      Instant now) {
    tx.createUpdate(
            """
            UPDATE calendars
            SET blocks_time = :blocks, busy_policy = :busy::jsonb, stale_policy = :stale,
                version = version + 1, updated_at = :now
            WHERE organizer_id = :organizer AND id = :id
            """)
        .bind("organizer", organizerId)
        .bind("id", id)
        .bind("blocks", blocksTime)
        .bind("busy", Json.text(busyPolicy))
        .bind("stale", lower(stalePolicy))
        .bind("now", now)
        .execute();
  }

  /** Locks the calendar and the one that is the destination now, in the order of their ids. */
  void lockForDestination(Handle tx, UUID organizerId, @Nullable UUID id) {
    tx.createQuery(
            """
            SELECT id FROM calendars WHERE organizer_id = :organizer AND (is_destination OR id = :id)
            ORDER BY id FOR UPDATE
            """)
        .bind("organizer", organizerId)
        .bindByType("id", id, UUID.class)
        .mapTo(UUID.class)
        .list();
  }

  /**
   * Makes this the organizer's only destination; without a calendar there is none. An edit of both
   * calendars and of their integrations.
   */
  void setDestination(Handle tx, UUID organizerId, @Nullable UUID id, Instant now) {
    lockForDestination(tx, organizerId, id);
    tx.createUpdate(
            """
            UPDATE calendar_integrations SET version = version + 1, updated_at = :now
            WHERE organizer_id = :organizer AND id IN (
              SELECT integration_id FROM calendars
              WHERE organizer_id = :organizer AND is_destination <> (id IS NOT DISTINCT FROM :id))
            """)
        .bind("organizer", organizerId)
        .bindByType("id", id, UUID.class)
        .bind("now", now)
        .execute();
    // first off, then on: the index allows one at any moment
    for (boolean on : new boolean[] {false, true}) {
      tx.createUpdate(
              """
              UPDATE calendars SET is_destination = :on, version = version + 1, updated_at = :now
              WHERE organizer_id = :organizer AND is_destination <> :on
                AND (id IS NOT DISTINCT FROM :id) = :on
              """)
          .bind("organizer", organizerId)
          .bindByType("id", id, UUID.class)
          .bind("on", on)
          .bind("now", now)
          .execute();
    }
  }

  /** Plans the next pass of every calendar of the integration for now, or for never. */
  void schedule(Handle tx, UUID organizerId, UUID integrationId, @Nullable Instant at) {
    tx.createUpdate(
            "UPDATE calendars SET next_sync_at = :at WHERE organizer_id = :organizer AND integration_id = :integration")
        .bind("organizer", organizerId)
        .bind("integration", integrationId)
        .bindByType("at", at, Instant.class)
        .execute();
  }

  private Calendar calendar(ResultSet rs, Instant now) throws SQLException {
    return new Calendar(
        rs.getObject("id", UUID.class),
        rs.getString("external_id"),
        rs.getString("name"),
        rs.getString("color"),
        rs.getString("time_zone"),
        Access.valueOf(rs.getString("access").toUpperCase(Locale.ROOT)),
        rs.getBoolean("blocks_time"),
        rs.getBoolean("is_destination"),
        Json.read(rs.getString("busy_policy"), BusyPolicy.class),
        stalePolicy(rs),
        instant(rs, "last_sync_at"),
        state(rs, now),
        rs.getObject("integration_id", UUID.class),
        rs.getLong("version"));
  }

  private State state(ResultSet rs, Instant now) throws SQLException {
    var lastSync = instant(rs, "last_sync_at");
    if (!rs.getBoolean("is_read")) {
      return State.DISABLED;
    }
    if (rs.getInt("failures") > 0) {
      return State.FAILED;
    }
    if (lastSync == null) {
      return State.NEVER_SYNCED;
    }
    // what was made for another zone is not what holds now, however lately it was read
    return !rs.getBoolean("is_expanded")
            || lastSync.isBefore(now.minus(interval.multipliedBy(STALE_AFTER)))
        ? State.STALE
        : State.FRESH;
  }

  /** Why it cannot be relied on entirely, in words; null if it can. */
  private static @Nullable String reason(ResultSet rs, State state) throws SQLException {
    var unread =
        switch (state) {
          case FRESH -> "";
          case NEVER_SYNCED -> "It was not read yet.";
          case FAILED -> rs.getString("last_error");
          case STALE ->
              rs.getBoolean("is_expanded")
                  ? "It was not read for longer than it should be."
                  : "What is known of it is being computed anew for another time zone or address.";
          case DISABLED -> "It is not read: its organizer turned that off.";
        };
    var leftOut = LeftOutText.of(rs.getInt("left_out"), rs.getString("first_problem"));
    var reason = Stream.of(unread, leftOut).filter(text -> text != null && !text.isEmpty());
    return reason.collect(
        Collectors.collectingAndThen(Collectors.joining(" "), CalendarStore::nullIfEmpty));
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private static StalePolicy stalePolicy(ResultSet rs) throws SQLException {
    return StalePolicy.valueOf(rs.getString("stale_policy").toUpperCase(Locale.ROOT));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    var time = rs.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
