package io.linkspan.calendar.sync;

import io.linkspan.calendar.CalendarReader;
import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.Listing;
import io.linkspan.calendar.CalendarReader.SyncFailure;
import io.linkspan.calendar.CalendarReader.SyncOutcome;
import io.linkspan.calendar.CalendarReader.SyncRequest;
import io.linkspan.calendar.sync.SyncRun.Mode;
import io.linkspan.calendar.sync.SyncRun.Outcome;
import io.linkspan.calendar.sync.SyncRun.Trigger;
import io.linkspan.calendar.sync.SyncStore.Target;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connections;
import io.linkspan.event.recurrence.Window;
import io.linkspan.platform.crypto.Sealer.SealBroken;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one calendar from where the last pass ended, and writes down how that went. */
final class SyncEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SyncEngine.class);

  /** So many passes hold expanded blocks, or a connection to write them, at a time. */
  private static final int WRITING = 8;

  /** A server that starts may not find its calendars: so often in a row, and it is gone. */
  private static final int GONE_AFTER = 3;

  private static final Duration FULL_EVERY = Duration.ofHours(24);

  private static final SyncFailure OVERDUE =
      new SyncFailure.Unavailable(
          "The calendar could not be read to its end within %d minutes: its server is slow, or it is very large."
              .formatted(SyncPass.LONGEST.toMinutes()),
          "Nothing to do yet: what was read is stored, and the next pass goes on from there.");

  private final Map<String, CalendarReader> providers;
  private final Connections connections;
  private final Database database;
  private final SyncPass.Shared shared;
  private final SyncNews news;
  private final NextSync next;
  private final SyncWindow window;
  private final Consumer<UUID> afterSync;
  private final Ids ids;
  private final Clock clock;
  private final SyncStore syncs = new SyncStore();
  private final ResourceStore resources = new ResourceStore();
  private final SyncRunStore runs = new SyncRunStore();

  /**
   * @param afterSync told the organizer whose blocks may have changed
   */
  SyncEngine(
      Map<String, CalendarReader> providers,
      Connections connections,
      Database database,
      BlockWriter writer,
      SyncNews news,
      NextSync next,
      SyncWindow window,
      Consumer<UUID> afterSync,
      Ids ids,
      Clock clock) {
    this.providers = Map.copyOf(providers);
    this.connections = connections;
    this.database = database;
    this.shared = new SyncPass.Shared(database, writer, new Semaphore(WRITING, true), clock);
    this.news = news;
    this.next = next;
    this.window = window;
    this.afterSync = afterSync;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * One pass over a calendar that was claimed. Returns when it has ended, well or not, and that is
   * written down.
   */
  void run(Target target) {
    var run = database.inTransaction(tx -> begin(tx, target));
    if (run.isEmpty()) {
      return;
    }
    var pass = new SyncPass(shared, target, run.get().id(), window(target));
    try {
      var read = read(target, run.get(), pass);
      switch (read.outcome()) {
        case SyncOutcome.Completed completed -> succeed(target, run.get(), pass, completed, read);
        case SyncOutcome.Failed failed -> {
          pass.storeWaiting();
          if (failed.failure() instanceof SyncFailure.CalendarGone
              && target.failures() + 1 >= GONE_AFTER
              && isUnlisted(target)) {
            remove(target);
            return;
          }
          boolean refused =
              failed.failure() instanceof SyncFailure.Unauthorized && refusesAccount(target);
          fail(target, run.get(), failed.failure(), read, refused);
        }
      }
    } catch (SyncPass.TakenAway e) {
      LOG.info(e.getMessage());
    } catch (SealBroken e) {
      fail(
          target,
          run.get(),
          new SyncFailure.Unauthorized(
              "The stored credentials cannot be opened with this server's encryption keyset.",
              "Reconnect with the credentials, or start the server with the keyset that sealed them."),
          new Read(
              Mode.INCREMENTAL,
              new SyncOutcome.Completed(Optional.empty(), false, Optional.empty(), 0),
              0),
          true);
    }
  }

  /** What is stored already, or today's where the provider has to be asked for it. */
  private Window window(Target target) {
    var today = window.at(clock.instant());
    return reachesTo(target, today) ? target.window().orElse(today) : today;
  }

  /** Whether what the provider told so far is enough for the window. */
  private static boolean reachesTo(Target target, Window window) {
    return target.coveredUntil().map(end -> !end.isBefore(window.toExclusive())).orElse(true);
  }

  /**
   * Whether everything is to be read again: now and then, since no token tells of a server that was
   * restored from a backup or lost a change, and where the window has outgrown what was told.
   */
  private boolean isFullDue(Target target, Instant now) {
    return target.lastFullSync().map(last -> !now.isBefore(last.plus(FULL_EVERY))).orElse(false)
        || !reachesTo(target, window.at(now));
  }

  /**
   * Whether it is the account that is refused, and not this calendar alone: a server may protect
   * one calendar from who may read the others. An account of one calendar is what that is. Calls
   * out.
   */
  private boolean refusesAccount(Target target) {
    return connections
        .open(target.organizerId(), target.accountId())
        .filter(
            account ->
                switch (provider(target).calendars(account)) {
                  case Listing.Failed(SyncFailure.Unauthorized _) -> true;
                  case Listing.Failed _ -> false;
                  case Listing.Listed(var listed) -> listed.size() <= 1;
                })
        .isPresent();
  }

  /** Whether the account's list, which is there, does not name the calendar any more. Calls out. */
  private boolean isUnlisted(Target target) {
    return connections
        .open(target.organizerId(), target.accountId())
        .filter(
            account ->
                provider(target).calendars(account) instanceof Listing.Listed(var listed)
                    && !listed.isEmpty()
                    && listed.stream().noneMatch(c -> c.externalId().equals(target.externalId())))
        .isPresent();
  }

  /** The calendar was deleted at its provider: what came of it goes too. */
  private void remove(Target target) {
    database.useTransaction(
        tx -> {
          if (syncs.lock(tx, target).isPresent()) {
            news.gone(tx, target, shared.writer().removeCalendar(tx, target));
          }
        });
    afterSync.accept(target.organizerId());
  }

  /**
   * Starts the run that waits, or one of its own; empty if the calendar is not to be read by this
   * pass any more.
   */
  private Optional<SyncRun> begin(Handle tx, Target target) {
    if (syncs.lock(tx, target).isEmpty()) {
      return Optional.empty();
    }
    var now = clock.instant();
    var organizer = target.organizerId();
    runs.failAbandoned(
        tx,
        organizer,
        target.calendarId(),
        "Broken off: the server stopped. The next pass goes on from the last page that was stored.",
        now);
    if (runs.waiting(tx, organizer, target.calendarId()).isEmpty()) {
      var trigger =
          target.failures() > 0
              ? Trigger.RETRY
              : target.everSynced() ? Trigger.SCHEDULE : Trigger.CONNECT;
      runs.insertWaiting(
          tx,
          organizer,
          target.integrationId(),
          target.calendarId(),
          ids.next(),
          trigger,
          isFullDue(target, now),
          now);
    }
    var run = runs.waiting(tx, organizer, target.calendarId()).orElseThrow();
    runs.start(tx, organizer, run.id(), firstMode(target, run), now);
    news.began(tx, target, run);
    return Optional.of(run);
  }

  private static Mode firstMode(Target target, SyncRun run) {
    return run.fullRequested() || target.token().isEmpty() ? Mode.FULL : Mode.INCREMENTAL;
  }

  /** How reading ended, over all attempts. */
  private record Read(Mode mode, SyncOutcome outcome, int requests) {}

  private Read read(Target target, SyncRun run, SyncPass pass) {
    var account = connections.open(target.organizerId(), target.accountId());
    if (account.isEmpty()) {
      throw new SyncPass.TakenAway(target.calendarId());
    }
    var provider = provider(target);
    var mode = firstMode(target, run);
    var outcome =
        attempt(
            provider,
            account.get(),
            target,
            mode == Mode.FULL ? Optional.empty() : target.token(),
            isForced(target, run),
            pass);
    if (!(outcome instanceof SyncOutcome.Failed failed
            && failed.failure() instanceof SyncFailure.TokenRejected)
        || mode == Mode.FULL) {
      return new Read(mode, outcome, outcome.requests());
    }
    LOG.info("calendar {}: sync token rejected; a full pass follows at once", target.calendarId());
    pass.startOver();
    var full =
        attempt(provider, account.get(), target, Optional.empty(), isForced(target, run), pass);
    return new Read(Mode.FULL, full, outcome.requests() + full.requests());
  }

  /** A person asked for it: by itself, or by connecting. */
  private static boolean isForced(Target target, SyncRun run) {
    return run.trigger() == Trigger.MANUAL || target.token().isEmpty();
  }

  private SyncOutcome attempt(
      CalendarReader provider,
      Account account,
      Target target,
      Optional<String> token,
      boolean forced,
      SyncPass pass) {
    var request =
        new SyncRequest(
            account,
            target.externalId(),
            token,
            forced,
            new Stored(target),
            pass.window().fromInclusive(),
            pass.window().toExclusive());
    try {
      return provider.sync(request, pass);
    } catch (SyncPass.Overdue e) {
      return new SyncOutcome.Failed(OVERDUE, pass.requests());
    }
  }

  private CalendarReader provider(Target target) {
    var provider = providers.get(target.provider());
    if (provider == null) {
      throw new IllegalStateException(
          "calendar "
              + target.calendarId()
              + " is of the provider '"
              + target.provider()
              + "', which this program lacks");
    }
    return provider;
  }

  private void succeed(
      Target target, SyncRun run, SyncPass pass, SyncOutcome.Completed completed, Read read) {
    pass.storeWaiting(
        (tx, current) -> {
          if (completed.full()) {
            pass.sweep(tx, current);
          }
          if (pass.refused().isEmpty()) {
            succeeded(tx, current, run, pass, completed, read);
          } else {
            // the token is not kept: the next pass is to meet what is missing again
            failed(tx, target, run, notStored(pass.refused()), read, false);
          }
        });
    if (target.accountBroken()) {
      // by itself, since whoever connects anew locks the account before its calendars
      database.useTransaction(
          tx -> connections.markLive(tx, target.organizerId(), target.accountId()));
    }
    afterSync.accept(target.organizerId());
  }

  private void succeeded(
      Handle tx,
      Target target,
      SyncRun run,
      SyncPass pass,
      SyncOutcome.Completed completed,
      Read read) {
    var now = clock.instant();
    syncs.markSyncSuccess(
        tx,
        target,
        completed,
        pass.stretch(target),
        now,
        now.plus(next.afterSuccess(completed.refreshHint())));
    var mode = completed.full() ? Mode.FULL : read.mode();
    var ended =
        runs.finish(
            tx,
            target.organizerId(),
            run.id(),
            Outcome.SUCCEEDED,
            mode,
            read.requests(),
            null,
            now);
    runNextIfAsked(tx, target);
    news.succeeded(tx, target, ended, pass.leftOut());
  }

  private static SyncFailure notStored(Map<String, String> refused) {
    var first = refused.entrySet().iterator().next();
    return new SyncFailure.Unavailable(
        "Linkspan could not store %d of the calendar's events, such as %s (SQLSTATE %s). All others are stored, and what was known of these before still counts."
            .formatted(refused.size(), first.getKey(), first.getValue()),
        "Tell whoever runs this server; its log says more.");
  }

  /**
   * @param refused whether it is the account's credentials that are not accepted
   */
  private void fail(Target target, SyncRun run, SyncFailure failure, Read read, boolean refused) {
    database.useTransaction(
        tx -> {
          if (refused && !connections.lock(tx, target.organizerId(), target.accountId())) {
            return;
          }
          if (syncs.lock(tx, target).isPresent()) {
            failed(tx, target, run, failure, read, refused);
          }
        });
    afterSync.accept(target.organizerId());
  }

  private void failed(
      Handle tx, Target target, SyncRun run, SyncFailure failure, Read read, boolean refused) {
    var now = clock.instant();
    var error = failure.detail() + " " + failure.fix();
    var failures = target.failures() + 1;
    syncs.markSyncError(
        tx,
        target,
        error,
        failure instanceof SyncFailure.TokenRejected,
        now.plus(next.afterFailure(failure, failures)));
    var ended =
        runs.finish(
            tx,
            target.organizerId(),
            run.id(),
            Outcome.FAILED,
            read.mode(),
            read.requests(),
            error,
            now);
    runNextIfAsked(tx, target);
    boolean news =
        refused && connections.markBroken(tx, target.organizerId(), target.accountId(), error);
    this.news.failed(tx, target, ended, failures, news);
  }

  /** A pass that was asked for while this one ran begins right after it. */
  private void runNextIfAsked(Handle tx, Target target) {
    if (runs.waiting(tx, target.organizerId(), target.calendarId()).isPresent()) {
      syncs.makeDue(tx, target.key(), clock.instant());
    }
  }

  /** What went wrong in this program itself: the calendar must not look as if it were read. */
  void crashed(Target target, Throwable cause) {
    LOG.error(
        "calendar {}: the pass broke; what was stored stays and it is tried again",
        target.calendarId(),
        cause);
    database.useTransaction(
        tx -> {
          if (syncs.lock(tx, target).isEmpty()) {
            return;
          }
          var now = clock.instant();
          var error =
              "Linkspan itself failed while it read this calendar. The server's log says why.";
          var failures = target.failures() + 1;
          syncs.markSyncError(
              tx,
              target,
              error,
              false,
              now.plus(next.afterFailure(new SyncFailure.Unavailable(error, ""), failures)));
          runs.failAbandoned(tx, target.organizerId(), target.calendarId(), error, now)
              .forEach(run -> news.failed(tx, target, run, failures, false));
          runNextIfAsked(tx, target);
        });
  }

  /** What is stored of a calendar, read only if a provider asks. */
  private final class Stored implements KnownResources {
    private final Target target;
    private @Nullable Map<String, String> etags;

    Stored(Target target) {
      this.target = target;
    }

    @Override
    public Optional<String> etag(String resource) {
      return Optional.ofNullable(etags().get(resource));
    }

    @Override
    public Set<String> names() {
      return etags().keySet();
    }

    private Map<String, String> etags() {
      if (etags == null) {
        etags = database.query(handle -> resources.etags(handle, target.key()));
      }
      return etags;
    }
  }
}
