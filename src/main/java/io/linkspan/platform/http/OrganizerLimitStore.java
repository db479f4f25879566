package io.linkspan.platform.http;

import java.time.LocalDate;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Table {@code limit_usage}: what is counted by the day, and the lock of what is not. */
final class OrganizerLimitStore {
  /** Until the transaction ends. */
  void lock(Handle tx, UUID organizerId, String name) {
    tx.createUpdate(
            """
            INSERT INTO limit_usage AS u (organizer_id, name) VALUES (:organizerId, :name)
            ON CONFLICT (organizer_id, name) DO UPDATE SET used = u.used
            """)
        .bind("organizerId", organizerId)
        .bind("name", name)
        .execute();
  }

  /**
   * Counts the amount where it fits. A node whose clock is still on the day before counts for the
   * newer one.
   *
   * @param amount no more than {@code most}
   */
  boolean take(
      Handle handle, UUID organizerId, String name, LocalDate day, long amount, long most) {
    return handle
            .createUpdate(
                """
                INSERT INTO limit_usage AS u (organizer_id, name, day, used)
                VALUES (:organizerId, :name, :day, :amount)
                ON CONFLICT (organizer_id, name) DO UPDATE
                   SET used = :amount + CASE WHEN u.day >= :day THEN u.used ELSE 0 END,
                       day = GREATEST(u.day, :day)
                 WHERE :amount + CASE WHEN u.day >= :day THEN u.used ELSE 0 END <= :most
                """)
            .bind("organizerId", organizerId)
            .bind("name", name)
            .bind("day", day)
            .bind("amount", amount)
            .bind("most", most)
            .execute()
        == 1;
  }
}
