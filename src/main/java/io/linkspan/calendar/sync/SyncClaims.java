package io.linkspan.calendar.sync;

import io.linkspan.calendar.sync.LeaseStore.Due;
import io.linkspan.calendar.sync.SyncStore.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Takes calendars that are due, the longest first, with a share for each account and organizer, so
 * that nobody's calendars wait behind another's thousand, or behind a server that does not answer.
 *
 * <p>After an outage everything is due at once. Only the longest due are looked at, so that a claim
 * costs the same however many there are.
 */
final class SyncClaims {
  /** How many of the longest due are looked at for each one that may be taken. */
  private static final int HEADS_PER_SLOT = 4;

  private static final int MIN_HEADS = 64;

  /** How often to look behind organizers whose own calendars fill what was looked at. */
  private static final int MAX_LOOKS = 8;

  private final LeaseStore leases = new LeaseStore();
  private final SyncStore syncs = new SyncStore();
  private final int perOrganizer;
  private final int perAccount;

  /**
   * @param perOrganizer how many calendars of one organizer are read at a time, over all nodes
   * @param perAccount how many of one account
   */
  SyncClaims(int perOrganizer, int perAccount) {
    this.perOrganizer = perOrganizer;
    this.perAccount = perAccount;
  }

  /**
   * @param limit how many may be taken
   */
  List<Target> claim(Handle tx, Instant now, int limit) {
    var shares = new Shares(tx);
    var chosen = new LinkedHashMap<UUID, List<UUID>>();
    int heads = Math.max(MIN_HEADS, limit * HEADS_PER_SLOT);
    int taken = 0;
    for (int look = 0; look < MAX_LOOKS && taken < limit; look++) {
      var due = leases.longestDue(tx, now, shares.used(), heads);
      for (var one : due) {
        if (taken < limit && shares.take(one)) {
          chosen.computeIfAbsent(one.organizerId(), _ -> new ArrayList<>()).add(one.calendarId());
          taken++;
        }
      }
      if (due.size() < heads) {
        break;
      }
      // whoever fills this look is passed over in the next, with what is left of their share
      due.forEach(one -> shares.passOver(one.organizerId()));
    }
    var targets = new ArrayList<Target>();
    chosen.forEach(
        (organizer, calendars) ->
            leases.lease(tx, organizer, calendars, now).stream()
                .flatMap(key -> syncs.find(tx, key).stream())
                .forEach(targets::add));
    return targets;
  }

  /** What is left of each share. */
  private final class Shares {
    private final Map<UUID, Integer> ofOrganizers = new HashMap<>();
    private final Map<UUID, Integer> ofIntegrations = new HashMap<>();
    private final Set<UUID> used = new HashSet<>();
    private final Set<UUID> seen = new HashSet<>();

    Shares(Handle tx) {
      leases.running(tx).forEach(r -> count(r.organizerId(), r.integrationId(), r.count()));
    }

    private void count(UUID organizer, UUID integration, int more) {
      if (ofOrganizers.merge(organizer, more, Integer::sum) >= perOrganizer) {
        used.add(organizer);
      }
      ofIntegrations.merge(integration, more, Integer::sum);
    }

    boolean take(Due one) {
      if (ofOrganizers.getOrDefault(one.organizerId(), 0) >= perOrganizer
          || ofIntegrations.getOrDefault(one.integrationId(), 0) >= perAccount
          || !seen.add(one.calendarId())) {
        return false;
      }
      count(one.organizerId(), one.integrationId(), 1);
      return true;
    }

    void passOver(UUID organizer) {
      used.add(organizer);
    }

    Set<UUID> used() {
      return used;
    }
  }
}
