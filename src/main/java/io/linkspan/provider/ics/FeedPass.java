package io.linkspan.provider.ics;

import io.linkspan.calendar.CalendarReader.Change;
import io.linkspan.calendar.CalendarReader.KnownResources;
import io.linkspan.calendar.CalendarReader.PageSink;
import io.linkspan.event.ical.ParsedCalendar;
import io.linkspan.event.ical.ParsedCalendar.Weight;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares a feed with what is stored of it: a resource for each UID, its content as the version.
 */
final class FeedPass {
  private static final int PAGE = 500;

  /** Names the feed itself, for what is wrong with it as a whole. */
  private static final String FEED = "\u00a7feed";

  private final KnownResources known;
  private final PageSink sink;

  FeedPass(KnownResources known, PageSink sink) {
    this.known = known;
    this.sink = sink;
  }

  /**
   * @param full whether all that stays must be mentioned
   */
  void deliver(ParsedCalendar.Calendar calendar, boolean full) {
    var doubts = new HashMap<String, List<String>>();
    var general = new ArrayList<String>();
    sort(calendar, doubts, general);
    var changed = new ArrayList<Change>();
    var same = new ArrayList<Change>();
    var present = new HashSet<String>();
    for (var entry : calendar.entries()) {
      var name = resource(entry.series().uid());
      if (!present.add(name)) {
        continue;
      }
      var problems = doubts.getOrDefault(name, List.of());
      var etag = problems.isEmpty() ? entry.hash() : entry.hash() + "+" + hash(problems.toString());
      if (known.etag(name).equals(Optional.of(etag))) {
        same.add(new Change.Unchanged(name));
      } else {
        changed.add(new Change.Upsert(name, etag, List.of(entry.series()), problems));
      }
    }
    keepUnreadable(doubts, present, general, same);
    feed(general, present, changed, same);
    if (full) {
      changed.addAll(same);
    } else {
      known.names().stream()
          .filter(name -> !present.contains(name))
          .forEach(name -> changed.add(new Change.Removed(name)));
    }
    for (var from = 0; from < changed.size(); from += PAGE) {
      sink.page(List.copyOf(changed.subList(from, Math.min(from + PAGE, changed.size()))));
    }
  }

  private static void sort(
      ParsedCalendar.Calendar calendar, Map<String, List<String>> doubts, List<String> general) {
    for (var problem : calendar.problems()) {
      if (problem.weight() == Weight.DOUBT) {
        var uid = problem.uid();
        if (uid == null) {
          general.add("In the feed: " + problem.detail() + ".");
        } else {
          doubts
              .computeIfAbsent(resource(uid), _ -> new ArrayList<>())
              .add("In the event " + shown(uid) + ": " + problem.detail() + ".");
        }
      }
    }
  }

  /**
   * An event that cannot be read now, and could before, stays as it was; so do all that are missing
   * when nobody knows which are.
   */
  private void keepUnreadable(
      Map<String, List<String>> doubts,
      Set<String> present,
      List<String> general,
      List<Change> same) {
    var lost = new HashSet<String>();
    if (!general.isEmpty()) {
      lost.addAll(known.names());
      lost.remove(FEED);
    }
    doubts.forEach(
        (name, problems) -> {
          if (!present.contains(name)) {
            lost.add(name);
            general.addAll(problems);
          }
        });
    for (var name : lost) {
      if (present.add(name) && known.etag(name).isPresent()) {
        same.add(new Change.Unchanged(name));
      }
    }
  }

  private void feed(
      List<String> problems, Set<String> present, List<Change> changed, List<Change> same) {
    if (problems.isEmpty()) {
      return;
    }
    present.add(FEED);
    var etag = hash(problems.toString());
    if (known.etag(FEED).equals(Optional.of(etag))) {
      same.add(new Change.Unchanged(FEED));
    } else {
      changed.add(new Change.Upsert(FEED, etag, List.of(), List.copyOf(problems)));
    }
  }

  /** UIDs may be of any length; names of resources are keys. */
  private static String resource(String uid) {
    var usable = uid.length() <= 200 && !uid.equals(FEED) && uid.chars().noneMatch(c -> c < ' ');
    return usable ? uid : "sha256-" + hash(uid);
  }

  private static String shown(String uid) {
    return uid.length() > 80 ? uid.substring(0, 80) + "…" : uid;
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
