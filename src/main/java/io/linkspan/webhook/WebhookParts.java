package io.linkspan.webhook;

import io.linkspan.activity.ActivityLog;
import io.linkspan.activity.Changes;
import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.time.Ids;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** What webhooks are built on. */
public record WebhookParts(
    Database database,
    Sealer sealer,
    Egress egress,
    ActivityLog log,
    Changes changes,
    OrganizerLimits limits,
    MeterRegistry meters,
    Ids ids,
    Clock clock) {}
