package io.linkspan.event.recurrence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** RuleCache already read: most calendars use a few again and again. */
final class RuleCache {
  private static final int REMEMBERED = 1_000;
  private static final int LONGEST = 200;

  private final Map<String, Rule> known = new ConcurrentHashMap<>();

  Rule parse(String text) throws Rule.Invalid {
    Rule rule = known.get(text);
    if (rule == null) {
      rule = Rule.parse(text);
      if (text.length() <= LONGEST) {
        if (known.size() >= REMEMBERED) {
          known.clear();
        }
        known.put(text, rule);
      }
    }
    return rule;
  }
}
