package io.linkspan.activity;

import io.linkspan.platform.db.Purge;
import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Json;
import io.linkspan.platform.time.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** The activity log: {@code activity_log}. */
public final class ActivityLogStore implements ActivityLog {
  private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};
  private static final String COLUMNS =
      """
      SELECT id, log_type, integration_type, integration_id, booking_id, message, details::text AS details, success,
             request_id, created_at
      FROM activity_log
      """;

  private final Changes changes;
  private final Ids ids;
  private final Clock clock;

  public ActivityLogStore(Changes changes, Ids ids, Clock clock) {
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void record(Handle tx, Entry entry) {
    recordAll(tx, List.of(entry));
  }

  @Override
  public void recordAll(Handle tx, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    var now = clock.instant();
    try (var batch =
        tx.prepareBatch(
            """
            INSERT INTO activity_log (organizer_id, id, log_type, integration_type, integration_id, message, details,
                                      success, request_id, search_text, created_at)
            VALUES (:organizer, :id, :type, :integrationType, :integration, :message, :details::jsonb,
                    :success, :request, :search, :now)
            """)) {
      for (var entry : entries) {
        batch
            .bind("organizer", entry.organizerId())
            .bind("id", ids.next())
            .bind("type", entry.type())
            .bind("integrationType", entry.integrationType())
            .bind("integration", entry.integrationId())
            .bind("message", Storable.text(entry.message()))
            .bind("details", Storable.json(Json.text(entry.details())))
            .bind("success", entry.success())
            .bind("request", entry.requestId())
            .bind("search", Storable.text(searchText(entry)))
            .bind("now", now)
            .add();
      }
      batch.execute();
    }
    entries.stream()
        .map(Entry::organizerId)
        .distinct()
        .forEach(organizer -> changes.changed(tx, organizer, "log", null, Changes.Change.CREATED));
  }

  /** Newest first. */
  List<LogEntry> list(
      Handle handle, UUID organizerId, LogFilter filter, Optional<Cursor> after, int limit) {
    var conditions = new ArrayList<String>();
    var values = new HashMap<String, Object>();
    conditions.add("organizer_id = :organizer");
    values.put("organizer", organizerId);
    filter.logType().ifPresent(v -> where("log_type = :logType", "logType", v, conditions, values));
    filter
        .integrationType()
        .ifPresent(v -> where("integration_type = :iType", "iType", v, conditions, values));
    filter
        .integrationId()
        .ifPresent(
            v -> where("integration_id = :integration", "integration", v, conditions, values));
    // written out, because a partial index does not match a parameter
    filter.success().ifPresent(v -> conditions.add(v ? "success" : "NOT success"));
    filter
        .bookingId()
        .ifPresent(v -> where("booking_id = :booking", "booking", v, conditions, values));
    filter.from().ifPresent(v -> where("created_at >= :from", "from", v, conditions, values));
    filter.to().ifPresent(v -> where("created_at < :to", "to", v, conditions, values));
    filter.text().ifPresent(v -> whereWordsOccur(v, conditions, values));
    after.ifPresent(
        last -> {
          conditions.add("(created_at, id) < (:lastAt, :lastId)");
          values.put("lastAt", last.at());
          values.put("lastId", last.id());
        });
    return handle
        .createQuery(
            COLUMNS
                + "WHERE "
                + String.join(" AND ", conditions)
                + " ORDER BY created_at DESC, id DESC LIMIT :limit")
        .bindMap(values)
        .bind("limit", limit)
        .map((rs, context) -> entry(rs))
        .list();
  }

  Optional<LogEntry> find(Handle handle, UUID organizerId, UUID id) {
    return handle
        .createQuery(COLUMNS + "WHERE organizer_id = :organizer AND id = :id")
        .bind("organizer", organizerId)
        .bind("id", id)
        .map((rs, context) -> entry(rs))
        .findOne();
  }

  /**
   * Deletes what is older than the retention, of all organizers; not within a transaction.
   *
   * @return how many rows
   */
  public int purge(Handle handle, Instant before) {
    return Purge.run(
        () ->
            handle
                .createUpdate(
                    """
                    DELETE FROM activity_log WHERE ctid = ANY(ARRAY(
                      SELECT ctid FROM activity_log WHERE created_at < :before LIMIT :batch))
                    """)
                .bind("before", before)
                .bind("batch", Purge.BATCH)
                .execute());
  }

  private static void where(
      String condition,
      String name,
      Object value,
      List<String> conditions,
      Map<String, Object> values) {
    conditions.add(condition);
    values.put(name, value);
  }

  private static void whereWordsOccur(
      String text, List<String> conditions, Map<String, Object> values) {
    var words = text.toLowerCase(Locale.ROOT).strip().split("\\s+");
    for (int i = 0; i < words.length; i++) {
      if (!words[i].isEmpty()) {
        where("strpos(search_text, :word" + i + ") > 0", "word" + i, words[i], conditions, values);
      }
    }
  }

  private static String searchText(Entry entry) {
    var text = new StringBuilder(entry.message());
    appendValues(entry.details(), text);
    if (entry.requestId() != null) {
      text.append(' ').append(entry.requestId());
    }
    return text.toString().toLowerCase(Locale.ROOT);
  }

  private static void appendValues(@Nullable Object value, StringBuilder text) {
    switch (value) {
      case null -> {}
      case Map<?, ?> members -> members.values().forEach(member -> appendValues(member, text));
      case Collection<?> items -> items.forEach(item -> appendValues(item, text));
      default -> text.append(' ').append(value);
    }
  }

  private static LogEntry entry(ResultSet rs) throws SQLException {
    String type = rs.getString("log_type");
    return new LogEntry(
        rs.getObject("id", UUID.class),
        type,
        LogType.display(type),
        rs.getString("integration_type"),
        rs.getObject("integration_id", UUID.class),
        rs.getObject("booking_id", UUID.class),
        null,
        rs.getString("message"),
        Json.mapper().readValue(rs.getString("details"), MEMBERS),
        rs.getBoolean("success"),
        rs.getString("request_id"),
        rs.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
