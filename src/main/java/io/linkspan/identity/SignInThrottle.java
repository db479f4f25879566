package io.linkspan.identity;

import io.linkspan.identity.SignInAttemptStore.Count;
import io.linkspan.platform.crypto.Secret;
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
import org.jdbi.v3.core.Handle;

/**
 * Slows guessing down, over all nodes.
 *
 * <p>Failures are counted for an email address from one network, for the address from everywhere,
 * and for the network whomever it tries. Only the first of these holds a person back who signed in
 * from this network before. In a browser in which the person signed in before, only the failures
 * made there count, so that strangers who keep failing cannot lock them out, not even from the same
 * network. An attempt counts before its password is checked: many at once gain nothing.
 */
final class SignInThrottle {
  private static final AttemptLimit PERSON =
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

  /**
   * Where somebody tries to sign in.
   *
   * @param device the token of a browser in which this very person signed in before
   */
  record Place(String network, Optional<Secret> device) {}

  /** What an attempt counts for; hashed, so that the table does not tell who signs in. */
  private record Subject(byte[] hash, AttemptLimit limit) {
    static Subject of(AttemptLimit limit, String... what) {
      return new Subject(Token.sha256(String.join("\n", what)), limit);
    }
  }

  /** First the person at this place. */
  private static List<Subject> subjects(String email, Place from) {
    return from.device()
        .map(device -> List.of(Subject.of(PERSON, "device", email, device.reveal())))
        .orElseGet(
            () ->
                List.of(
                    Subject.of(PERSON, "pair", email, from.network()),
                    Subject.of(EMAIL, "email", email),
                    Subject.of(NETWORK, "network", from.network())));
  }

  /**
   * Counts an attempt as failed until {@link #succeeded} takes that back.
   *
   * @param email normalised; of a user or not
   * @throws Problem 429 when it is too early for another attempt
   */
  void attempt(String email, Place from) {
    var subjects = subjects(email, from);
    Instant now = clock.instant();
    Optional<Instant> early =
        database.inTransaction(
            tx -> {
              var counts = lock(tx, subjects, now);
              var blocked = blockedUntil(subjects, counts, now);
              if (blocked.isEmpty()) {
                for (Subject subject : subjects) {
                  store.save(tx, subject.hash(), subject.limit().failed(get(counts, subject), now));
                }
              }
              return blocked;
            });
    if (early.isPresent()) {
      throw tooMany(Duration.between(now, early.get()));
    }
  }

  /** The attempt was right: forgets this person's failures, and one of everyone else's. */
  void succeeded(String email, Place from) {
    var subjects = subjects(email, from);
    Instant now = clock.instant();
    database.useTransaction(
        tx -> {
          var counts = lock(tx, subjects, now);
          store.save(tx, subjects.getFirst().hash(), new Count(0, now, null, now));
          for (Subject subject : subjects.subList(1, subjects.size())) {
            store.save(tx, subject.hash(), subject.limit().taken(get(counts, subject), now));
          }
          store.deleteOld(tx, now.minus(KEPT_FOR), now.minus(KNOWN_FOR));
        });
  }

  private Map<ByteBuffer, Count> lock(Handle tx, List<Subject> subjects, Instant now) {
    return store.lock(tx, subjects.stream().map(Subject::hash).toList(), now);
  }

  private static Optional<Instant> blockedUntil(
      List<Subject> subjects, Map<ByteBuffer, Count> counts, Instant now) {
    Instant succeeded = get(counts, subjects.getFirst()).succeededAt();
    boolean known = succeeded != null && now.isBefore(succeeded.plus(KNOWN_FOR));
    return (known ? subjects.subList(0, 1) : subjects)
        .stream()
            .flatMap(subject -> Stream.ofNullable(get(counts, subject).blockedUntil()))
            .filter(until -> until.isAfter(now))
            .max(Instant::compareTo);
  }

  private static Count get(Map<ByteBuffer, Count> counts, Subject subject) {
    Count count = counts.get(ByteBuffer.wrap(subject.hash()));
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
