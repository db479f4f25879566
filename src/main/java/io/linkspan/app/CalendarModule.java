package io.linkspan.app;

import io.linkspan.calendar.settings.CalendarFeature;
import io.linkspan.calendar.sync.SyncWindow;
import io.linkspan.platform.http.Routes;
import io.linkspan.platform.jobs.Jobs.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Calendars: settings, choices, and their syncs. */
final class CalendarModule implements Module {
  private final Platform platform;
  private final CalendarFeature calendars;

  /** What calendars are built on besides the platform. */
  record Parts(
      ActivityModule activity,
      IdentityModule identity,
      WebhookModule webhooks,
      AvailabilityModule availability,
      ConnectionModule connections) {}

  /**
   * @param afterChange told the organizer whose blocks changed, once that is committed
   */
  CalendarModule(Platform platform, Parts parts, Providers providers, Consumer<UUID> afterChange) {
    var sync = platform.config().sync();
    this.platform = platform;
    this.calendars =
        new CalendarFeature(
            new CalendarFeature.Parts(
                providers.calendars(),
                parts.connections().connections(),
                platform.database(),
                parts.availability().syncedBlocks(),
                new SyncWindow(sync.behind(), sync.ahead()),
                sync.interval(),
                afterChange,
                parts.activity().log(),
                parts.webhooks().outbox(),
                parts.activity().changes(),
                platform.ids(),
                platform.clock()));
    parts
        .identity()
        .organizers()
        .onZoneChange((tx, organizer, _) -> calendars.zoneChanged(tx, organizer));
  }

  @Override
  public List<Routes> routes() {
    return List.of(calendars.routes());
  }

  @Override
  public List<Job> jobs() {
    return List.of(
        new Job("roll-windows", Duration.ofMinutes(10), calendars.sync()::rollWindows),
        new Job("list-calendars-again", Duration.ofMinutes(10), calendars.listing()::listAgain));
  }

  @Override
  public List<Worker> workers() {
    var passes = calendars.sync().worker();
    return List.of(new Worker("calendar passes", passes::start, passes));
  }

  @Override
  public void forget(Instant before) {
    calendars.sync().forgetBefore(platform.config().logRetention());
  }
}
