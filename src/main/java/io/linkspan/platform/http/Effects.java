package io.linkspan.platform.http;

import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.IdempotencyKeys.Beginning;
import io.linkspan.platform.http.IdempotencyStore.Claim;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.JsonNodeFeature;

/** Runs handlers, and commits what they do together with the answer to an idempotency key. */
final class Effects {
  private final Database database;
  private final IdempotencyKeys keys;

  Effects(Database database, IdempotencyKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** A request that has passed every check. */
  record Request(
      Operation operation,
      RawRequest raw,
      HttpCall.Sent sent,
      @Nullable Caller caller,
      String requestId) {
    HttpCall call(HttpCall.Effect effect) {
      return new HttpCall(raw, operation, sent, caller, requestId, effect);
    }
  }

  Answer run(Request request, Operations.Handler handler) {
    Caller caller = request.caller();
    String key = request.raw().header("Idempotency-Key").orElse("");
    if (key.isEmpty() || caller == null || !request.operation().takesIdempotencyKey()) {
      return tagged(request, handler.answer(request.call(database::inTransaction)));
    }
    var beginning = keys.begin(caller, key, request.operation().id(), digest(request, caller));
    return switch (beginning) {
      case Beginning.Repeat(Answer.Whole answer) -> answer.with("Idempotency-Replayed", "true");
      case Beginning.Run(Claim claim) -> new Once(claim).run(request, handler);
    };
  }

  /** What the contract gives an {@code ETag} and nobody edits is named by what it shows. */
  private static Answer tagged(Request request, Reply reply) {
    var answer = Answer.of(reply);
    return answer instanceof Answer.Whole whole
            && request.operation().answers().tagged(whole.status())
            && !whole.headers().containsKey("ETag")
        ? whole.with("ETag", ETags.ofContent(whole.bytes()))
        : answer;
  }

  /** What must be the same for two requests to be one: who, what, where, and the body's members. */
  private static String digest(Request request, Caller caller) {
    var body = request.sent().body();
    String canonical =
        Json.mapper()
            .writer()
            .with(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .writeValueAsString(
                List.of(
                    caller.userId(),
                    request.operation().id(),
                    List.copyOf(request.sent().path().values()),
                    request.raw().query(),
                    body == null ? List.of() : List.of(body)));
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(canonical.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** One call with a key that is ours to run. */
  private final class Once {
    private final Claim claim;
    private boolean stored;

    Once(Claim claim) {
      this.claim = claim;
    }

    Answer run(Request request, Operations.Handler handler) {
      try {
        Answer answer = tagged(request, handler.answer(request.call(this::commit)));
        if (!stored && answer instanceof Answer.Whole whole) {
          // nothing was committed, so nothing can be done twice: the answer alone is kept
          database.useTransaction(tx -> keys.finish(tx, claim, whole));
          stored = true;
        }
        return answer;
      } finally {
        keys.end(claim, stored);
      }
    }

    private Reply commit(Function<Handle, Reply> effect) {
      Reply reply =
          database.inTransaction(
              tx -> {
                Reply done = effect.apply(tx);
                if (!(Answer.of(done) instanceof Answer.Whole whole)) {
                  throw new IllegalStateException("an effect cannot be answered by a stream");
                }
                keys.finish(tx, claim, whole);
                return done;
              });
      stored = true;
      return reply;
    }
  }
}
