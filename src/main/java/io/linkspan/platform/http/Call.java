package io.linkspan.platform.http;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call, already checked against the contract: known parameters, valid body, an identity with
 * the scope it needs.
 */
public interface Call extends Visitor {
  /** Who calls. Only for operations that need an identity. */
  Caller caller();

  /** {@link Caller#organizerId}. */
  default UUID organizerId() {
    return caller().organizerId();
  }

  /**
   * A path parameter.
   *
   * @throws Problem 404 when it is not an id
   */
  UUID id(String name);

  String pathParameter(String name);

  Optional<String> text(String queryParameter);

  Optional<Boolean> flag(String queryParameter);

  Optional<Instant> instant(String queryParameter);

  Optional<Integer> number(String queryParameter);

  /** Values of a parameter that is a comma-separated list of ids, or repeated. */
  List<UUID> ids(String queryParameter);

  /** {@code limit}: 50 unless asked, at most 200. */
  int limit();

  /**
   * Where to go on, from {@code cursor}; empty for the first part.
   *
   * @throws Problem 400 {@code invalid_cursor} when it is none of this operation's
   */
  Optional<Cursor> cursor();

  /**
   * Cuts a list that was read with one row more than {@link #limit} into a part and its cursor.
   *
   * @param rows at most {@code limit() + 1}
   * @param position of a row in the order of the list
   */
  default <T> Page<T> page(List<T> rows, Function<T, Cursor> position) {
    int limit = limit();
    if (rows.size() <= limit) {
      return new Page<>(rows, null);
    }
    var part = rows.subList(0, limit);
    return new Page<>(part, cursorText(position.apply(part.getLast())));
  }

  /** The cursor as this operation's clients see it. */
  String cursorText(Cursor cursor);

  /** The body as a record: {@code snake_case} names, absent and null members are null. */
  <T> T body(Class<T> type);

  /** The body as sent: for PATCH, where an absent member and a null one differ. */
  ObjectNode body();

  /** Names this call in logs, the activity log and problems. */
  String requestId();

  /**
   * Runs the effect of this call and its answer in one transaction; with an {@code Idempotency-Key}
   * the answer is stored in that transaction too. Do outbound calls before, never inside.
   *
   * @throws IllegalStateException the second time: a call has one effect
   */
  Reply transact(Function<Handle, Reply> effect);

  /**
   * Honours {@code If-Match}.
   *
   * @param version of the resource as it is now
   * @throws Problem 412 when the caller has seen another one
   */
  void requireMatch(long version);
}
