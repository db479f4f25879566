package io.linkspan.availability;

import io.linkspan.availability.BlockedTimes.Draft;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.http.Call;
import io.linkspan.platform.http.Cursor;
import io.linkspan.platform.http.Operations;
import io.linkspan.platform.http.Problem;
import io.linkspan.platform.http.Reply;
import io.linkspan.platform.http.RequestedRange;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.time.TimeRange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Blocked times and free/busy over HTTP. */
public final class AvailabilityRoutes implements Routes {
  private final Database database;
  private final BlockedTimes blockedTimes;
  private final BlockedTimeStore store = new BlockedTimeStore();
  private final CalendarFreshness freshness;
  private final FreeBusy freeBusy;

  public AvailabilityRoutes(
      Database database,
      BlockedTimes blockedTimes,
      CalendarFreshness freshness,
      FreeBusy freeBusy) {
    this.database = database;
    this.blockedTimes = blockedTimes;
    this.freshness = freshness;
    this.freeBusy = freeBusy;
  }

  /** A blocked time as it is answered. */
  record Answer(
      UUID id,
      Instant start,
      Instant end,
      boolean allDay,
      String reason,
      String source,
      @Nullable String externalId,
      @Nullable UUID integrationId,
      @Nullable UUID calendarId,
      boolean isActive,
      Instant createdAt,
      Instant updatedAt) {}

  /** What creating or changing takes; what is left out is null. */
  record Asked(
      @Nullable Instant start,
      @Nullable Instant end,
      @Nullable Boolean allDay,
      @Nullable String reason,
      @Nullable Boolean isActive) {}

  @Override
  public void register(Operations operations) {
    operations.on("listBlockedTimes", this::list);
    operations.on("createBlockedTime", this::create);
    operations.on("getBlockedTime", this::get);
    operations.on("updateBlockedTime", this::update);
    operations.on("deleteBlockedTime", this::delete);
    operations.on("getFreeBusy", this::freeBusy);
  }

  private Reply list(Call call) {
    var filter =
        new BlockedTimeStore.Filter(
            call.instant("from"),
            call.instant("to"),
            call.text("source"),
            call.text("integration_id").map(UUID::fromString),
            call.text("calendar_id").map(UUID::fromString));
    RequestedRange.check(call);
    return database.snapshot(
        handle -> {
          var rows =
              store.list(handle, call.organizerId(), filter, call.cursor(), call.limit() + 1);
          var active = activeCalendars(handle, call.organizerId());
          return Reply.ok(
              call.page(
                  rows.stream().map(block -> answer(block, active)).toList(),
                  block -> new Cursor(block.start(), block.id())));
        });
  }

  private Reply create(Call call) {
    var asked = call.body(Asked.class);
    var draft =
        new Draft(
            range(Objects.requireNonNull(asked.start()), Objects.requireNonNull(asked.end())),
            Objects.requireNonNullElse(asked.allDay(), false),
            Objects.requireNonNullElse(asked.reason(), ""),
            Objects.requireNonNullElse(asked.isActive(), true));
    return call.transact(
        tx -> {
          var block = blockedTimes.create(tx, call.organizerId(), draft);
          return Reply.created(answer(block, activeCalendars(tx, call.organizerId())))
              .version(block.version());
        });
  }

  private Reply get(Call call) {
    return database.snapshot(
        handle ->
            store
                .find(handle, call.organizerId(), call.id("id"))
                .map(
                    block ->
                        Reply.ok(answer(block, activeCalendars(handle, call.organizerId())))
                            .version(block.version()))
                .orElseThrow(() -> Problem.notFound("blocked time")));
  }

  private Reply update(Call call) {
    var asked = call.body(Asked.class);
    return call.transact(
        tx -> {
          var before = lockManual(tx, call);
          var draft =
              new Draft(
                  range(
                      Objects.requireNonNullElse(asked.start(), before.start()),
                      Objects.requireNonNullElse(asked.end(), before.end())),
                  Objects.requireNonNullElse(asked.allDay(), before.allDay()),
                  Objects.requireNonNullElse(asked.reason(), before.reason()),
                  Objects.requireNonNullElse(asked.isActive(), !before.markedFree()));
          var after = blockedTimes.change(tx, call.organizerId(), before, draft);
          return Reply.ok(answer(after, activeCalendars(tx, call.organizerId())))
              .version(after.version());
        });
  }

  private Reply delete(Call call) {
    return call.transact(
        tx -> {
          blockedTimes.delete(tx, call.organizerId(), lockManual(tx, call));
          return Reply.noContent();
        });
  }

  private Reply freeBusy(Call call) {
    var range =
        RequestedRange.of(call.instant("from").orElseThrow(), call.instant("to").orElseThrow());
    return database.snapshot(handle -> Reply.ok(freeBusy.of(handle, call.organizerId(), range)));
  }

  private BlockedTime lockManual(Handle tx, Call call) {
    var block =
        blockedTimes
            .lock(tx, call.organizerId(), call.id("id"))
            .orElseThrow(() -> Problem.notFound("blocked time"));
    if (!block.manual()) {
      throw Problem.conflict(
              "block_synced", "This time is blocked by an event of a connected calendar.")
          .fix("Change the event in its calendar, or mark it free where it conflicts.");
    }
    call.requireMatch(block.version());
    return block;
  }

  /** To the microsecond, which is what is stored. */
  private static TimeRange range(Instant askedStart, Instant askedEnd) {
    var start = askedStart.truncatedTo(ChronoUnit.MICROS);
    var end = askedEnd.truncatedTo(ChronoUnit.MICROS);
    if (!start.isBefore(end)) {
      throw Problem.badField("/end", "The end must be after the start.");
    }
    if (start.isBefore(TimeRange.ALL.start()) || end.isAfter(TimeRange.ALL.end())) {
      throw Problem.badField("/start", "Time can be blocked between the years 1900 and 9000.");
    }
    if (TimeRange.exceedsTwoYears(start, end)) {
      throw Problem.badField("/end", "The end must be at most two years after the start.")
          .fix("Block the time in several parts.");
    }
    return new TimeRange(start, end);
  }

  private Collection<UUID> activeCalendars(Handle handle, UUID organizerId) {
    return BlockedTimes.active(freshness.calendars(handle, organizerId));
  }

  private static Answer answer(BlockedTime block, Collection<UUID> activeCalendars) {
    boolean sourceActive =
        block.calendarId() == null || activeCalendars.contains(block.calendarId());
    return new Answer(
        block.id(),
        block.start(),
        block.end(),
        block.allDay(),
        block.reason(),
        block.source(),
        block.externalId(),
        block.integrationId(),
        block.calendarId(),
        !block.markedFree() && sourceActive,
        block.createdAt(),
        block.updatedAt());
  }
}
