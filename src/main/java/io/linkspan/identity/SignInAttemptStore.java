package io.linkspan.identity;

import static io.linkspan.identity.OrganizerStore.utc;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Counts of failed sign-ins, by the hash of whom they concern. */
final class SignInAttemptStore {
  /** One subject's count, as it was at {@code countedAt}. */
  record Count(
      double level,
      Instant countedAt,
      @Nullable Instant blockedUntil,
      @Nullable Instant succeededAt) {}

  /** Locks the subjects, in one order for everyone, until the transaction ends. */
  Map<ByteBuffer, Count> lock(Handle tx, List<byte[]> subjects, Instant now) {
    List<byte[]> sorted = subjects.stream().sorted(Arrays::compareUnsigned).toList();
    for (byte[] subject : sorted) {
      tx.createUpdate(
              """
              INSERT INTO sign_in_attempts (subject, counted_at) VALUES (:subject, :now)
              ON CONFLICT (subject) DO NOTHING
              """)
          .bind("subject", subject)
          .bind("now", utc(now))
          .execute();
    }
    Map<ByteBuffer, Count> counts = new HashMap<>();
    tx.createQuery(
            """
            SELECT subject, level, counted_at, blocked_until, succeeded_at
              FROM sign_in_attempts
             WHERE subject = ANY (:subjects)
             ORDER BY subject
               FOR UPDATE
            """)
        .bindArray("subjects", byte[].class, sorted.toArray())
        .map((rs, ctx) -> counts.put(ByteBuffer.wrap(rs.getBytes("subject")), count(rs)))
        .list();
    return counts;
  }

  void save(Handle tx, byte[] subject, Count count) {
    tx.createUpdate(
            """
            UPDATE sign_in_attempts
               SET level = :level, counted_at = :countedAt, blocked_until = :blockedUntil,
                   succeeded_at = :succeededAt
             WHERE subject = :subject
            """)
        .bind("subject", subject)
        .bind("level", count.level())
        .bind("countedAt", utc(count.countedAt()))
        .bind("blockedUntil", count.blockedUntil() == null ? null : utc(count.blockedUntil()))
        .bind("succeededAt", count.succeededAt() == null ? null : utc(count.succeededAt()))
        .execute();
  }

  void deleteOld(Handle tx, Instant countedBefore, Instant succeededBefore) {
    tx.createUpdate(
            """
            DELETE FROM sign_in_attempts WHERE subject IN (
              SELECT subject FROM sign_in_attempts
               WHERE counted_at < :counted
                 AND (succeeded_at IS NULL OR succeeded_at < :succeeded)
                 FOR UPDATE SKIP LOCKED)
            """)
        .bind("counted", utc(countedBefore))
        .bind("succeeded", utc(succeededBefore))
        .execute();
  }

  private static Count count(ResultSet rs) throws SQLException {
    return new Count(
        rs.getDouble("level"),
        rs.getObject("counted_at", OffsetDateTime.class).toInstant(),
        instant(rs, "blocked_until"),
        instant(rs, "succeeded_at"));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    OffsetDateTime value = rs.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
