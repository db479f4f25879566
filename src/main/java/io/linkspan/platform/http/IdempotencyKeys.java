package io.linkspan.platform.http;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.crypto.Sealer.Place;
import io.linkspan.platform.crypto.Secret;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.IdempotencyStore.Claim;
import io.linkspan.platform.http.IdempotencyStore.Known;
import io.linkspan.platform.time.Ids;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that a client may send again without their effect happening again: the answer is stored in
 * the transaction of the effect, so that both are there or neither.
 *
 * <p>A running call holds its key by a lease, which its node renews; when the node dies, the lease
 * ends and the next call with the key runs in its place. Should the first one still live, its fence
 * is outdated and its transaction fails.
 */
public final class IdempotencyKeys {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotencyKeys.class);
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final int PURGED_AT_ONCE = 1_000;

  private final IdempotencyStore store = new IdempotencyStore();
  private final Set<Claim> running = ConcurrentHashMap.newKeySet();
  private final Database database;
  private final Sealer sealer;
  private final OrganizerLimits limits;
  private final Ids ids;
  private final Duration lease;

  /**
   * @param lease how long after the death of a node its calls can be sent again
   */
  public IdempotencyKeys(
      Database database, Sealer sealer, OrganizerLimits limits, Ids ids, Duration lease) {
    this.database = database;
    this.sealer = sealer;
    this.limits = limits;
    this.ids = ids;
    this.lease = lease;
  }

  /** What there is to do for a call with a key. */
  sealed interface Beginning {
    record Run(Claim claim) implements Beginning {}

    record Repeat(Answer.Whole answer) implements Beginning {}
  }

  /** An answer at rest. */
  private record Stored(Map<String, String> headers, @Nullable String type, String body) {}

  /**
   * @param digest of everything in the request that must be the same
   * @throws Problem 422 when the key came with another request, 409 while its first call runs, 429
   *     when the organizer used as many as one may in a day
   */
  Beginning begin(Caller caller, String key, String operation, String digest) {
    UUID organizerId = caller.organizerId();
    // each round, another call may have changed what this one saw
    for (int round = 0; round < 5; round++) {
      var claim = new Claim(organizerId, caller.credential(), key, ids.next(), 1);
      byte[] sealed = sealer.seal(Secret.of(digest), place(claim, "request"));
      boolean fresh = database.inTransaction(tx -> insert(tx, claim, operation, sealed));
      if (fresh) {
        running.add(claim);
        return new Beginning.Run(claim);
      }
      var known = database.query(h -> store.find(h, organizerId, caller.credential(), key));
      if (known.isPresent()) {
        var beginning = again(known.get(), digest);
        if (beginning.isPresent()) {
          return beginning.get();
        }
      }
    }
    throw inProgress();
  }

  private boolean insert(Handle tx, Claim claim, String operation, byte[] sealed) {
    boolean fresh = store.insert(tx, claim, operation, sealed, lease, RETENTION);
    if (fresh) {
      limits.take(tx, claim.organizerId(), OrganizerLimit.IDEMPOTENCY_KEYS_PER_DAY, 1);
    }
    return fresh;
  }

  /** Empty when the key changed under our eyes. */
  private Optional<Beginning> again(Known known, String digest) {
    Claim claim = known.claim();
    if (known.expired()) {
      database.useTransaction(tx -> store.drop(tx, claim));
      return Optional.empty();
    }
    if (!sealer.open(known.request(), place(claim, "request")).equals(Secret.of(digest))) {
      throw Problem.of(
              422,
              "idempotency_key_reused",
              "Unprocessable content",
              "This Idempotency-Key came with another request before.")
          .fix("Use a new key for each effect that you intend.");
    }
    Integer status = known.status();
    byte[] answer = known.answer();
    if (status != null && answer != null) {
      return Optional.of(new Beginning.Repeat(stored(claim, status, answer)));
    }
    if (known.held()) {
      throw inProgress();
    }
    var taken = database.query(h -> store.takeOver(h, claim, lease));
    taken.ifPresent(running::add);
    return taken.map(Beginning.Run::new);
  }

  private static Problem inProgress() {
    return Problem.conflict(
            "idempotency_in_progress", "The first call with this Idempotency-Key is still running.")
        .fix("Send it again in a moment.")
        .retryAfter(Duration.ofSeconds(1));
  }

  /**
   * Stores the answer with the effect.
   *
   * @throws Problem 409 when the call took so long that another took it over: nothing of it may
   *     stay
   */
  void finish(Handle tx, Claim claim, Answer.Whole answer) {
    var stored =
        new Stored(
            answer.headers(), answer.type(), Base64.getEncoder().encodeToString(answer.bytes()));
    byte[] sealed = sealer.seal(Secret.of(Json.text(stored)), place(claim, "answer"));
    if (!store.finish(tx, claim, answer.status(), sealed, RETENTION)) {
      throw inProgress();
    }
  }

  private Answer.Whole stored(Claim claim, int status, byte[] sealed) {
    var stored = Json.read(sealer.open(sealed, place(claim, "answer")).reveal(), Stored.class);
    return new Answer.Whole(
        status, stored.headers(), stored.type(), Base64.getDecoder().decode(stored.body()));
  }

  private static Place place(Claim claim, String field) {
    return new Place(claim.organizerId(), claim.id(), "idempotency_keys." + field);
  }

  /** The call has ended, with its answer stored or without an effect. */
  void end(Claim claim, boolean stored) {
    running.remove(claim);
    if (stored) {
      return;
    }
    try {
      database.useTransaction(tx -> store.release(tx, claim));
    } catch (RuntimeException e) {
      LOG.warn("A key of {} stays taken until its lease ends", claim.organizerId(), e);
    }
  }

  /** Keeps what runs on this node its own. */
  void renew() {
    for (Claim claim : running) {
      try {
        database.useTransaction(tx -> store.renew(tx, claim, lease));
      } catch (RuntimeException e) {
        LOG.warn("Cannot renew the lease of a running call; it ends within {}", lease, e);
      }
    }
  }

  Duration lease() {
    return lease;
  }

  /**
   * Forgets the keys whose day is over.
   *
   * @return how many
   */
  public int purge() {
    int all = 0;
    int some = PURGED_AT_ONCE;
    while (some == PURGED_AT_ONCE) {
      some = database.inTransaction(tx -> store.purge(tx, PURGED_AT_ONCE));
      all += some;
    }
    return all;
  }
}
