package io.linkspan.calendar;

import io.linkspan.calendar.CalendarProvider.KnownResources;
import io.linkspan.calendar.CalendarProvider.SyncFailure;
import io.linkspan.calendar.CalendarProvider.SyncOutcome;
import io.linkspan.calendar.CalendarProvider.SyncRequest;
import io.linkspan.calendar.SyncRun.Mode;
import io.linkspan.calendar.SyncRun.Outcome;
import io.linkspan.calendar.SyncRun.Trigger;
import io.linkspan.calendar.SyncStore.Target;
import io.linkspan.connection.Account;
import io.linkspan.connection.Connections;
import io.linkspan.platform.crypto.Sealer.SealBroken;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.time.Ids;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one calendar from where the last pass ended, and writes down how that went. */
final class SyncEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SyncEngine.class);

  private final Map<String, CalendarProvider> providers;
  private final Connections connections;
  private final Database database;
  private final BlockWriter writer;
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
      Map<String, CalendarProvider> providers,
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
    this.writer = writer;
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
    var pass =
        new SyncPass(
            database,
            writer,
            target,
            run.get().id(),
            target.window().orElseGet(() -> window.at(clock.instant())));
    try {
      var read = read(target, run.get(), pass);
      switch (read.outcome()) {
        case SyncOutcome.Completed completed ->
            succeed(target, run.get(), pass, completed, read.requests());
        case SyncOutcome.Failed failed -> {
          pass.storeWaiting();
          fail(target, run.get(), failed.failure(), read);
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
              0));
    }
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
          false,
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
    var provider = providers.get(target.provider());
    if (provider == null) {
      throw new IllegalStateException(
          "calendar "
              + target.calendarId()
              + " is of the provider '"
              + target.provider()
              + "', which this program lacks");
    }
    var mode = firstMode(target, run);
    var outcome =
        attempt(
            provider,
            account.get(),
            target,
            mode == Mode.FULL ? Optional.empty() : target.token(),
            pass);
    if (!(outcome instanceof SyncOutcome.Failed failed
            && failed.failure() instanceof SyncFailure.TokenRejected)
        || mode == Mode.FULL) {
      return new Read(mode, outcome, outcome.requests());
    }
    LOG.info("calendar {}: sync token rejected; a full pass follows at once", target.calendarId());
    pass.startOver();
    var full = attempt(provider, account.get(), target, Optional.empty(), pass);
    return new Read(Mode.FULL, full, outcome.requests() + full.requests());
  }

  private SyncOutcome attempt(
      CalendarProvider provider,
      Account account,
      Target target,
      Optional<String> token,
      SyncPass pass) {
    var request =
        new SyncRequest(
            account,
            target.externalId(),
            token,
            new Stored(target),
            pass.window().fromInclusive(),
            pass.window().toExclusive());
    return provider.sync(request, pass);
  }

  private void succeed(
      Target target, SyncRun run, SyncPass pass, SyncOutcome.Completed completed, int requests) {
    var page = pass.prepare();
    database.useTransaction(
        tx -> {
          var current = pass.store(tx, page);
          if (completed.full()) {
            pass.sweep(tx, current);
          }
          var now = clock.instant();
          syncs.markSyncSuccess(
              tx,
              current,
              completed.token(),
              current.window().orElse(pass.window()),
              now,
              now.plus(next.afterSuccess(completed.refreshHint())),
              completed.refreshHint());
          var mode = completed.full() ? Mode.FULL : firstMode(target, run);
          var ended =
              runs.finish(
                  tx, target.organizerId(), run.id(), Outcome.SUCCEEDED, mode, requests, null, now);
          runNextIfAsked(tx, target);
          connections.markLive(tx, target.organizerId(), target.accountId());
          news.succeeded(tx, target, ended);
        });
    afterSync.accept(target.organizerId());
  }

  private void fail(Target target, SyncRun run, SyncFailure failure, Read read) {
    var error = failure.detail() + " " + failure.fix();
    database.useTransaction(
        tx -> {
          if (syncs.lock(tx, target).isEmpty()) {
            return;
          }
          var now = clock.instant();
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
          var refused =
              failure instanceof SyncFailure.Unauthorized
                  && connections.markBroken(tx, target.organizerId(), target.accountId(), error);
          news.failed(tx, target, ended, failures, refused);
        });
    afterSync.accept(target.organizerId());
  }

  /** A pass that was asked for while this one ran begins right after it. */
  private void runNextIfAsked(Handle tx, Target target) {
    if (runs.waiting(tx, target.organizerId(), target.calendarId()).isPresent()) {
      syncs.makeDue(tx, target.key(), clock.instant());
    }
  }

  /** What went wrong in this program itself: the calendar must not look as if it were read. */
  void crashed(Target target, RuntimeException cause) {
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
          var failure = new SyncFailure.Unavailable(error, "");
          syncs.markSyncError(
              tx,
              target,
              error,
              false,
              now.plus(next.afterFailure(failure, target.failures() + 1)));
          runs.failAbandoned(tx, target.organizerId(), target.calendarId(), error, now);
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
