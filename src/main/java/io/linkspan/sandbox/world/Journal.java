package io.linkspan.sandbox.world;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a calendar holds, in the order in which it was changed last, so that a sync token is a
 * number. Guarded by the lock of its account.
 */
public final class Journal {
  private final NavigableMap<String, Entry> byId = new TreeMap<>();
  private final NavigableMap<Long, Entry> byVersion = new TreeMap<>();
  private long version;

  /**
   * @param version larger than that of everything that was changed before
   * @param item never changed once it is here
   * @param deleted whether only the trace of it is left
   */
  public record Entry(String id, long version, ObjectNode item, boolean deleted) {}

  public Entry put(String id, ObjectNode item) {
    return enter(id, item, false);
  }

  /**
   * @param trace what is still told of it
   */
  public Entry delete(String id, ObjectNode trace) {
    return enter(id, trace, true);
  }

  private Entry enter(String id, ObjectNode item, boolean deleted) {
    version++;
    var entry = new Entry(id, version, item, deleted);
    Entry before = byId.put(id, entry);
    if (before != null) {
      byVersion.remove(before.version());
    }
    byVersion.put(version, entry);
    return entry;
  }

  /** Also what was deleted. */
  public Optional<Entry> get(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** What was changed after a version, in that order. */
  public List<Entry> since(long afterVersion) {
    return List.copyOf(byVersion.tailMap(afterVersion, false).values());
  }

  /** At most so many of {@link #since}. */
  public List<Entry> since(long afterVersion, int most) {
    var entries = new ArrayList<Entry>();
    for (Entry entry : byVersion.tailMap(afterVersion, false).values()) {
      if (entries.size() == most) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  /** Entries whose id begins so. */
  public List<Entry> startingWith(String prefix) {
    return List.copyOf(byId.subMap(prefix, true, prefix + Character.MAX_VALUE, true).values());
  }

  /** The version that the next change will have. */
  public long next() {
    return version + 1;
  }

  /** The version of the last change; 0 before the first. */
  public long version() {
    return version;
  }
}
