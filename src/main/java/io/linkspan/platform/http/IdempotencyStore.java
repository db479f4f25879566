package io.linkspan.platform.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Table {@code idempotency_keys}. All times are of the database's clock, which nodes share. */
final class IdempotencyStore {
  /**
   * The right to run the call of a key and to store its answer.
   *
   * @param caller {@link Caller#credential}: a key of another caller is another key
   * @param fence rises with each takeover
   */
  record Claim(UUID organizerId, String caller, String key, UUID id, long fence) {}

  /**
   * A key that was there before.
   *
   * @param status null while its call is running
   * @param held whether the lease of a running call has not ended
   */
  record Known(
      Claim claim,
      byte[] request,
      @Nullable Integer status,
      byte @Nullable [] answer,
      boolean held,
      boolean expired) {}

  private static Map<String, Object> names(Claim claim) {
    return Map.of(
        "organizerId", claim.organizerId(),
        "caller", claim.caller(),
        "key", claim.key(),
        "id", claim.id(),
        "fence", claim.fence());
  }

  /** Takes a key that nobody has used; false when somebody has. */
  boolean insert(
      Handle handle,
      Claim claim,
      String operation,
      byte[] request,
      Duration lease,
      Duration retention) {
    return handle
            .createUpdate(
                """
                INSERT INTO idempotency_keys
                    (organizer_id, caller, key, id, operation, request, fence, lease_until, expires_at)
                VALUES (:organizerId, :caller, :key, :id, :operation, :request, :fence,
                        now() + :lease * interval '1 millisecond',
                        now() + :retention * interval '1 millisecond')
                ON CONFLICT (organizer_id, caller, key) DO NOTHING
                """)
            .bindMap(names(claim))
            .bind("operation", operation)
            .bind("request", request)
            .bind("lease", lease.toMillis())
            .bind("retention", retention.toMillis())
            .execute()
        == 1;
  }

  Optional<Known> find(Handle handle, UUID organizerId, String caller, String key) {
    return handle
        .createQuery(
            """
            SELECT id, fence, request, status, answer,
                   lease_until > now() AS held, expires_at <= now() AS expired
            FROM idempotency_keys
            WHERE organizer_id = :organizerId AND caller = :caller AND key = :key
            """)
        .bind("organizerId", organizerId)
        .bind("caller", caller)
        .bind("key", key)
        .map(
            (row, _) ->
                new Known(
                    new Claim(
                        organizerId,
                        caller,
                        key,
                        row.getObject("id", UUID.class),
                        row.getLong("fence")),
                    row.getBytes("request"),
                    row.getObject("status", Integer.class),
                    row.getBytes("answer"),
                    row.getBoolean("held"),
                    row.getBoolean("expired")))
        .findOne();
  }

  /** Takes over a running call whose lease has ended; empty when another was faster. */
  Optional<Claim> takeOver(Handle handle, Claim old, Duration lease) {
    int taken =
        handle
            .createUpdate(
                """
                UPDATE idempotency_keys
                SET fence = fence + 1, lease_until = now() + :lease * interval '1 millisecond'
                WHERE organizer_id = :organizerId AND caller = :caller AND key = :key AND id = :id AND fence = :fence
                  AND status IS NULL AND lease_until <= now()
                """)
            .bindMap(names(old))
            .bind("lease", lease.toMillis())
            .execute();
    return taken == 1
        ? Optional.of(
            new Claim(old.organizerId(), old.caller(), old.key(), old.id(), old.fence() + 1))
        : Optional.empty();
  }

  /** Keeps a running call its own; false when it no longer is. */
  boolean renew(Handle handle, Claim claim, Duration lease) {
    return handle
            .createUpdate(
                """
                UPDATE idempotency_keys SET lease_until = now() + :lease * interval '1 millisecond'
                WHERE organizer_id = :organizerId AND caller = :caller AND key = :key AND id = :id AND fence = :fence
                  AND status IS NULL
                """)
            .bindMap(names(claim))
            .bind("lease", lease.toMillis())
            .execute()
        == 1;
  }

  /** Stores the answer, in the transaction of the effect; false when another took the call over. */
  boolean finish(Handle tx, Claim claim, int status, byte[] answer, Duration retention) {
    return tx.createUpdate(
                """
                UPDATE idempotency_keys
                SET status = :status, answer = :answer,
                    expires_at = now() + :retention * interval '1 millisecond'
                WHERE organizer_id = :organizerId AND caller = :caller AND key = :key AND id = :id AND fence = :fence
                  AND status IS NULL
                """)
            .bindMap(names(claim))
            .bind("status", status)
            .bind("answer", answer)
            .bind("retention", retention.toMillis())
            .execute()
        == 1;
  }

  /** Forgets a call that had no effect. */
  void release(Handle handle, Claim claim) {
    handle
        .createUpdate(
            """
            DELETE FROM idempotency_keys
            WHERE organizer_id = :organizerId AND caller = :caller AND key = :key AND id = :id AND fence = :fence
              AND status IS NULL
            """)
        .bindMap(names(claim))
        .execute();
  }

  /** Forgets one key if its time is over. */
  void drop(Handle handle, Claim claim) {
    handle
        .createUpdate(
            """
            DELETE FROM idempotency_keys
            WHERE organizer_id = :organizerId AND caller = :caller AND key = :key AND id = :id AND expires_at <= now()
            """)
        .bindMap(names(claim))
        .execute();
  }

  /** Forgets keys of every organizer whose time is over, some at a time. */
  int purge(Handle handle, int most) {
    return handle
        .createUpdate(
            """
            DELETE FROM idempotency_keys
            WHERE (organizer_id, caller, key) IN (
                SELECT organizer_id, caller, key FROM idempotency_keys
                WHERE expires_at <= now() ORDER BY expires_at LIMIT :most)
              AND expires_at <= now()
            """)
        .bind("most", most)
        .execute();
  }
}
