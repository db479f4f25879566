package io.linkspan.platform.http;

import io.linkspan.platform.db.Database;
import org.jspecify.annotations.Nullable;

/** Runs handlers, and commits what they do. */
final class Effects {
  private final Database database;

  Effects(Database database) {
    this.database = database;
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
    return Answer.of(handler.answer(request.call(database::inTransaction)));
  }
}
