package io.linkspan.availability;

import io.linkspan.platform.time.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Where an organizer's blocks changed and conflicts are still to be looked for: {@code
 * blocked_time_changes}.
 */
public final class BlockChangeStore {
  /**
   * What is noted.
   *
   * @param version of the note; anything noted later makes another
   */
  public record Note(TimeRange range, String version) {}

  /**
   * To be called with every change of what blocks, in its transaction, for the time before and
   * after.
   */
  public void note(Handle tx, UUID organizerId, TimeRange range) {
    tx.createUpdate(
            """
            INSERT INTO blocked_time_changes AS c (organizer_id, from_at, to_at) VALUES (:organizer, :from, :to)
            ON CONFLICT (organizer_id)
            DO UPDATE SET from_at = least(c.from_at, excluded.from_at), to_at = greatest(c.to_at, excluded.to_at)
            """)
        .bind("organizer", organizerId)
        .bind("from", range.start())
        .bind("to", range.end())
        .execute();
  }

  public Optional<Note> noted(Handle handle, UUID organizerId) {
    return handle
        .createQuery(
            """
            SELECT from_at, to_at, xmin::text AS version FROM blocked_time_changes WHERE organizer_id = :organizer
            """)
        .bind("organizer", organizerId)
        .map((rs, context) -> note(rs))
        .findOne();
  }

  private static Note note(ResultSet rs) throws SQLException {
    return new Note(
        new TimeRange(
            rs.getObject("from_at", OffsetDateTime.class).toInstant(),
            rs.getObject("to_at", OffsetDateTime.class).toInstant()),
        rs.getString("version"));
  }

  /** Takes the note away, unless more was noted since. */
  public void settle(Handle tx, UUID organizerId, Note note) {
    tx.createUpdate(
            "DELETE FROM blocked_time_changes WHERE organizer_id = :organizer AND xmin::text = :version")
        .bind("organizer", organizerId)
        .bind("version", note.version())
        .execute();
  }

  /** Organizers with something noted. */
  public List<UUID> organizers(Handle handle, int limit) {
    return handle
        .createQuery(
            "SELECT organizer_id FROM blocked_time_changes ORDER BY organizer_id LIMIT :limit")
        .bind("limit", limit)
        .mapTo(UUID.class)
        .list();
  }
}
