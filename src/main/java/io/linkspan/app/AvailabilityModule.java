package io.linkspan.app;

import io.linkspan.availability.AvailabilityRoutes;
import io.linkspan.availability.BlockChangeStore;
import io.linkspan.availability.BlockedTimes;
import io.linkspan.availability.FreeBusy;
import io.linkspan.availability.SyncedBlocks;
import io.linkspan.calendar.settings.StoredFreshness;
import io.linkspan.platform.http.Routes;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Blocked times, free/busy, and how fresh they are. */
final class AvailabilityModule implements Module {
  private final Platform platform;
  private final BlockChangeStore blockChanges = new BlockChangeStore();
  private final StoredFreshness freshness;
  private final BlockedTimes blockedTimes;
  private final SyncedBlocks syncedBlocks;

  /**
   * @param afterChange told the organizer whose blocks changed, once that is committed
   */
  AvailabilityModule(Platform platform, ActivityModule activity, Consumer<UUID> afterChange) {
    var ids = platform.ids();
    var clock = platform.clock();
    this.platform = platform;
    this.freshness = new StoredFreshness(platform.config().sync().interval(), clock);
    this.blockedTimes =
        new BlockedTimes(
            blockChanges, activity.changes(), afterChange, platform.limits(), ids, clock);
    this.syncedBlocks =
        new SyncedBlocks(blockChanges, activity.changes(), platform.limits(), ids, clock);
  }

  BlockChangeStore blockChanges() {
    return blockChanges;
  }

  StoredFreshness freshness() {
    return freshness;
  }

  BlockedTimes blockedTimes() {
    return blockedTimes;
  }

  SyncedBlocks syncedBlocks() {
    return syncedBlocks;
  }

  @Override
  public List<Routes> routes() {
    return List.of(
        new AvailabilityRoutes(
            platform.database(),
            blockedTimes,
            freshness,
            new FreeBusy(freshness, platform.clock())));
  }
}
