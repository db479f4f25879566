package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.SyncStore.Key;
import io.linkspan.event.SeriesCodec;
import io.linkspan.platform.db.Storable;
import io.linkspan.platform.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code calendar_resources}. */
public final class ResourceStore {
  /**
   * What a resource holds, as read.
   *
   * @param series a JSON array of encoded series
   * @param unread what could not be understood, a sentence each
   */
  record Content(String resource, @Nullable String etag, String series, List<String> unread) {}

  /**
   * What a resource holds, and what came of expanding it.
   *
   * @param problems {@link Content#unread}, and what could not be expanded
   * @param nextStart from when on the resource matters beyond the expanded stretch
   */
  record Row(Content content, List<String> problems, Optional<Instant> nextStart) {
    /** Of which not all blocks are stored; without its version, so that it is read again. */
    Row cut(String why) {
      var all = new ArrayList<>(problems);
      all.add(why);
      return new Row(
          new Content(content.resource(), null, content.series(), content.unread()),
          all,
          nextStart);
    }

    /** How many events were left out or guessed: this one, or where it holds none, each stated. */
    int leftOut() {
      return content.series().equals(NO_SERIES) ? problems.size() : Math.min(1, problems.size());
    }
  }

  private static final String NO_SERIES = SeriesCodec.encodeAll(List.of());

  /**
   * So many events that were left out or guessed are counted; a calendar of more is as doubtful.
   */
  private static final int COUNTED = 1_000;

  /** How many events of a calendar were left out or guessed, as an expression of SQL. */
  public static String leftOut(String organizerId, String calendarId) {
    return """
        SELECT coalesce(sum(n.left_out), 0)::integer
        FROM (SELECT left_out FROM calendar_resources
              WHERE organizer_id = %s AND calendar_id = %s AND left_out > 0 LIMIT %d) AS n
        """
        .formatted(organizerId, calendarId, COUNTED);
  }

  /** The first that is said of them. */
  public static String firstProblem(String organizerId, String calendarId) {
    return """
        SELECT p.problems[1] FROM calendar_resources p
        WHERE p.organizer_id = %s AND p.calendar_id = %s AND p.left_out > 0
        ORDER BY p.resource LIMIT 1
        """
        .formatted(organizerId, calendarId);
  }

  /** The stored versions by resource; one without a version is not in the map. */
  Map<String, String> etags(Handle tx, Key calendar) {
    var etags = new HashMap<String, String>();
    tx.createQuery(
            """
            SELECT resource, etag FROM calendar_resources
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND etag IS NOT NULL
            """)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .setFetchSize(2_000)
        .map((rs, context) -> Map.entry(rs.getString("resource"), rs.getString("etag")))
        .forEach(entry -> etags.put(entry.getKey(), entry.getValue()));
    return etags;
  }

  List<String> names(Handle tx, Key calendar) {
    return tx.createQuery(
            "SELECT resource FROM calendar_resources WHERE organizer_id = :organizer AND calendar_id = :calendar")
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .mapTo(String.class)
        .list();
  }

  void upsert(Handle tx, Key calendar, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            INSERT INTO calendar_resources AS r (organizer_id, calendar_id, resource, etag, series, unread, problems,
                                                 left_out, next_start_at)
            SELECT :organizer, :calendar, n.resource, n.etag, n.series::jsonb,
                   ARRAY(SELECT jsonb_array_elements_text(n.unread::jsonb)),
                   ARRAY(SELECT jsonb_array_elements_text(n.problems::jsonb)), n.left_out, n.next_start_at
            FROM unnest(:resources, :etags, :series, :unread, :problems, :leftOut, :nextStarts::timestamptz[])
                 AS n (resource, etag, series, unread, problems, left_out, next_start_at)
            ON CONFLICT (organizer_id, calendar_id, resource)
            DO UPDATE SET etag = excluded.etag, series = excluded.series, unread = excluded.unread,
                          problems = excluded.problems, left_out = excluded.left_out, next_start_at = excluded.next_start_at
            """)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .bind("resources", texts(rows, row -> row.content().resource()))
        .bind("etags", texts(rows, row -> row.content().etag()))
        .bind("series", texts(rows, row -> row.content().series()))
        .bind("unread", texts(rows, row -> Storable.json(Json.text(row.content().unread()))))
        .bind("problems", texts(rows, row -> Storable.json(Json.text(row.problems()))))
        .bind("leftOut", rows.stream().map(Row::leftOut).toArray(Integer[]::new))
        .bind("nextStarts", texts(rows, row -> row.nextStart().map(Instant::toString).orElse(null)))
        .execute();
  }

  void delete(Handle tx, Key calendar, Collection<String> resources) {
    if (resources.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            DELETE FROM calendar_resources
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND resource = ANY(:resources)
            """)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .bind("resources", resources.toArray(String[]::new))
        .execute();
  }

  boolean areMoreThan(Handle tx, Key calendar, int limit) {
    return tx.createQuery(
                """
                SELECT count(*) FROM (
                  SELECT 1 FROM calendar_resources
                  WHERE organizer_id = :organizer AND calendar_id = :calendar LIMIT :limit + 1) AS few
                """)
            .bind("organizer", calendar.organizerId())
            .bind("calendar", calendar.calendarId())
            .bind("limit", limit)
            .mapTo(Integer.class)
            .one()
        > limit;
  }

  /** Resources after {@code afterResource} in the order of their names. */
  List<Content> list(Handle tx, Key calendar, String afterResource, int limit) {
    return tx.createQuery(
            """
            SELECT resource, etag, series::text AS series, unread FROM calendar_resources
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND resource > :after
            ORDER BY resource LIMIT :limit
            """)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .bind("after", afterResource)
        .bind("limit", limit)
        .map((rs, context) -> content(rs))
        .list();
  }

  /** Resources that matter before {@code to}, beyond the stretch that was expanded. */
  List<Content> startingBefore(Handle tx, Key calendar, Instant to, int limit) {
    return tx.createQuery(
            """
            SELECT resource, etag, series::text AS series, unread FROM calendar_resources
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND next_start_at < :to
            ORDER BY next_start_at, resource LIMIT :limit
            """)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .bind("to", to)
        .bind("limit", limit)
        .map((rs, context) -> content(rs))
        .list();
  }

  /** Leaves a resource's blocks as they are, though it matters before that time. */
  void passOver(Handle tx, Key calendar, String resource, Instant until, String problem) {
    tx.createUpdate(
            """
            UPDATE calendar_resources
            SET next_start_at = :until, problems = array_append(problems, :problem), left_out = greatest(left_out, 1)
            WHERE organizer_id = :organizer AND calendar_id = :calendar AND resource = :resource
            """)
        .bind("until", until)
        .bind("problem", problem)
        .bind("organizer", calendar.organizerId())
        .bind("calendar", calendar.calendarId())
        .bind("resource", resource)
        .execute();
  }

  private static @Nullable String[] texts(List<Row> rows, Function<Row, @Nullable String> text) {
    return rows.stream().map(text).toArray(String[]::new);
  }

  private static Content content(ResultSet rs) throws SQLException {
    return new Content(
        rs.getString("resource"),
        rs.getString("etag"),
        rs.getString("series"),
        List.of((String[]) rs.getArray("unread").getArray()));
  }
}
