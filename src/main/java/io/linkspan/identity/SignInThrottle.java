package io.linkspan.identity;

import io.linkspan.identity.SignInAttemptStore.Count;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Problem;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Slows guessing down, over all nodes.
 *
 * <p>Failures are counted for an email address from one network, for the address from everywhere,
 * and for the network whomever it tries. Only the first of these holds a person back who signed in
 * from this network before, so that strangers who keep failing cannot lock them out. An attempt
 * counts before its password is checked: many at once gain nothing.
 */
final class SignInThrottle {
  private static final AttemptLimit PAIR =
      new AttemptLimit(5, Duration.ofMinutes(5), Duration.ofMinutes(5));
  private static final AttemptLimit EMAIL =
      new AttemptLimit(20, Duration.ofMinutes(1), Duration.ofMinutes(1));
  private static final AttemptLimit NETWORK =
      new AttemptLimit(30, Duration.ofSeconds(20), Duration.ofMinutes(5));

  private static final Duration KNOWN_FOR = Duration.ofDays(90);
  private static final Duration KEPT_FOR = Duration.ofDays(1);

  private final Database database;
  private final SignInAttemptStore store = new SignInAttemptStore();
  private final Clock clock;

  SignInThrottle(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** One attempt's counts; they are hashed, so that the table does not tell who signs in. */
  private record Subjects(byte[] pair, byte[] email, byte[] network) {
    static Subjects of(String email, String network) {
      return new Subjects(
          Token.sha256("pair\n" + email + "\n" + network),
          Token.sha256("email\n" + email),
          Token.sha256("network\n" + network));
    }

    List<byte[]> all() {
      return List.of(pair, email, network);
    }
  }

  /**
   * Counts an attempt as failed until {@link #succeeded} takes that back.
   *
   * @param email normalised; of a user or not
   * @throws Problem 429 when it is too early for another attempt
   */
  void attempt(String email, String network) {
    var subjects = Subjects.of(email, network);
    Instant now = clock.instant();
    Optional<Instant> early =
        database.inTransaction(
            tx -> {
              var counts = store.lock(tx, subjects.all(), now);
              var blocked = blockedUntil(subjects, counts, now);
              if (blocked.isEmpty()) {
                store.save(tx, subjects.pair(), PAIR.failed(get(counts, subjects.pair()), now));
                store.save(tx, subjects.email(), EMAIL.failed(get(counts, subjects.email()), now));
                store.save(
                    tx, subjects.network(), NETWORK.failed(get(counts, subjects.network()), now));
              }
              return blocked;
            });
    if (early.isPresent()) {
      throw tooMany(Duration.between(now, early.get()));
    }
  }

  /** The attempt was right: forgets this person's failures, and one of everyone else's. */
  void succeeded(String email, String network) {
    var subjects = Subjects.of(email, network);
    Instant now = clock.instant();
    database.useTransaction(
        tx -> {
          var counts = store.lock(tx, subjects.all(), now);
          store.save(tx, subjects.pair(), new Count(0, now, null, now));
          store.save(tx, subjects.email(), EMAIL.taken(get(counts, subjects.email()), now));
          store.save(tx, subjects.network(), NETWORK.taken(get(counts, subjects.network()), now));
          store.deleteOld(tx, now.minus(KEPT_FOR), now.minus(KNOWN_FOR));
        });
  }

  private static Optional<Instant> blockedUntil(
      Subjects subjects, Map<ByteBuffer, Count> counts, Instant now) {
    Count pair = get(counts, subjects.pair());
    Instant succeeded = pair.succeededAt();
    boolean known = succeeded != null && now.isBefore(succeeded.plus(KNOWN_FOR));
    Stream<@Nullable Instant> waits =
        known
            ? Stream.of(pair.blockedUntil())
            : Stream.of(
                pair.blockedUntil(),
                get(counts, subjects.email()).blockedUntil(),
                get(counts, subjects.network()).blockedUntil());
    return waits
        .flatMap(wait -> Stream.ofNullable(wait))
        .filter(until -> until.isAfter(now))
        .max(Instant::compareTo);
  }

  private static Count get(Map<ByteBuffer, Count> counts, byte[] subject) {
    Count count = counts.get(ByteBuffer.wrap(subject));
    if (count == null) {
      throw new IllegalStateException("a count of sign-in attempts vanished while it was locked");
    }
    return count;
  }

  private static Problem tooMany(Duration left) {
    return Problem.of(
            429,
            "too_many_attempts",
            "Too many attempts",
            "Signing in failed too often; attempts are not looked at for %d seconds."
                .formatted(Math.max(1, left.plusMillis(999).toSeconds())))
        .fix("Wait, then try again. An administrator can set a new password.")
        .retryAfter(left);
  }
}
