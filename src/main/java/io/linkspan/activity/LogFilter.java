package io.linkspan.activity;

import io.linkspan.platform.http.Call;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Which entries are asked for.
 *
 * @param from including
 * @param to excluding
 * @param text words that must all occur, in any case and any order
 */
record LogFilter(
    Optional<String> logType,
    Optional<String> integrationType,
    Optional<UUID> integrationId,
    Optional<Boolean> success,
    Optional<UUID> bookingId,
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> text) {
  static LogFilter of(Call call) {
    return new LogFilter(
        call.text("log_type"),
        call.text("integration_type"),
        call.text("integration_id").map(UUID::fromString),
        call.flag("success"),
        call.text("booking").map(UUID::fromString),
        call.instant("from"),
        call.instant("to"),
        call.text("q"));
  }
}
