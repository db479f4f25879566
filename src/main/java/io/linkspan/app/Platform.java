package io.linkspan.app;

import io.linkspan.platform.crypto.Sealer;
import io.linkspan.platform.db.Database;
import io.linkspan.platform.db.Notifications;
import io.linkspan.platform.egress.Egress;
import io.linkspan.platform.http.OrganizerLimits;
import io.linkspan.platform.time.Ids;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;

/** What every feature is built on. */
record Platform(
    Config config,
    Database database,
    Notifications notifications,
    Sealer sealer,
    Egress egress,
    PrometheusMeterRegistry metrics,
    OrganizerLimits limits,
    Ids ids,
    Clock clock) {}
