package io.linkspan.app;

import io.linkspan.activity.ActivityLogStore;
import io.linkspan.activity.ActivityRoutes;
import io.linkspan.activity.ChangeSignals;
import io.linkspan.activity.ChangeStore;
import io.linkspan.platform.http.Routes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The activity log, and the live stream of what changed. */
final class ActivityModule implements Module {
  /** A client that was away for longer reads everything anew. */
  private static final Duration CHANGES_KEPT = Duration.ofDays(1);

  private final Platform platform;
  private final ChangeSignals signals;
  private final ChangeStore changes;
  private final ActivityLogStore log;

  ActivityModule(Platform platform) {
    this.platform = platform;
    this.signals = new ChangeSignals(platform.notifications());
    this.changes = new ChangeStore(platform.clock(), signals::changed);
    this.log = new ActivityLogStore(changes, platform.ids(), platform.clock());
  }

  ChangeStore changes() {
    return changes;
  }

  ActivityLogStore log() {
    return log;
  }

  @Override
  public List<Routes> routes() {
    return List.of(
        new ActivityRoutes(platform.database(), log, changes, signals, platform.clock()));
  }

  @Override
  public void forget(Instant before) {
    var database = platform.database();
    database.query(handle -> log.purge(handle, before));
    database.query(handle -> changes.purge(handle, platform.clock().instant().minus(CHANGES_KEPT)));
  }
}
