package io.linkspan.sandbox.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What goes wrong at present. */
public final class Faults {
  private final List<Fault> faults = new ArrayList<>();

  public synchronized void set(List<Fault> all) {
    faults.clear();
    faults.addAll(all);
    faults.removeIf(Fault::isSpent);
  }

  /** Each with the times that are left. */
  public synchronized List<Fault> all() {
    return List.copyOf(faults);
  }

  /** The first fault for a request, counted. */
  public Optional<Fault> ofRequest(Vendor vendor, String path) {
    return take(vendor, path, false);
  }

  /** The first fault for a notification about a path, counted. */
  Optional<Fault> ofNotification(Vendor vendor, String path) {
    return take(vendor, path, true);
  }

  private synchronized Optional<Fault> take(Vendor vendor, String path, boolean notification) {
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      if (fault.ofNotifications() == notification && fault.concerns(vendor, path)) {
        Fault left = fault.once();
        if (left.isSpent()) {
          faults.remove(i);
        } else {
          faults.set(i, left);
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
