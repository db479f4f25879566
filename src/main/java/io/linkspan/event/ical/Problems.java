package io.linkspan.event.ical;

import io.linkspan.event.ical.ParsedCalendar.Problem;
import io.linkspan.event.ical.ParsedCalendar.Weight;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what went wrong: the first ones in full, the rest by number. */
final class Problems {
  private final int most;
  private final Set<Problem> kept = new LinkedHashSet<>();
  private int notes;
  private int doubts;

  Problems(int most) {
    this.most = most;
  }

  /** Repaired; nothing is lost. */
  void note(@Nullable String uid, String detail) {
    add(Weight.NOTE, uid, detail);
  }

  /** Something may be missing or wrong. */
  void doubt(@Nullable String uid, String detail) {
    add(Weight.DOUBT, uid, detail);
  }

  private void add(Weight weight, @Nullable String uid, String detail) {
    if (kept.size() < most) {
      kept.add(new Problem(weight, uid, detail));
    } else if (weight == Weight.NOTE) {
      notes++;
    } else {
      doubts++;
    }
  }

  List<Problem> all() {
    List<Problem> all = new ArrayList<>(kept);
    if (doubts > 0) {
      all.add(new Problem(Weight.DOUBT, null, doubts + " more of its parts were not understood"));
    }
    if (notes > 0) {
      all.add(new Problem(Weight.NOTE, null, notes + " more of its parts were repaired"));
    }
    return all;
  }
}
