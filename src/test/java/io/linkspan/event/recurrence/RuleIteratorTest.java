package io.linkspan.event.recurrence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIteratorTest {
  private static final long START =
      LocalDateTime.parse("2019-05-15T09:20:00").toEpochSecond(ZoneOffset.UTC);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=700",
        "FREQ=DAILY;BYHOUR=8,10;COUNT=701",
        "FREQ=DAILY;BYDAY=MO,FR;COUNT=300",
        "FREQ=WEEKLY;COUNT=150",
        "FREQ=WEEKLY;BYDAY=MO,WE,SU;WKST=WE;COUNT=199",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA;COUNT=77",
        "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=-1;COUNT=77",
        "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1,31",
        "FREQ=MONTHLY;BYDAY=1MO,-1MO;COUNT=40",
        "FREQ=YEARLY;INTERVAL=3;BYWEEKNO=1,53",
        "FREQ=YEARLY;BYYEARDAY=-1,1,366;COUNT=11",
        "FREQ=HOURLY;INTERVAL=7;COUNT=5001",
        "FREQ=HOURLY;INTERVAL=7;BYHOUR=3,9",
        "FREQ=MINUTELY;INTERVAL=1441;COUNT=1203",
        "FREQ=MINUTELY;INTERVAL=97;BYSECOND=0,30;COUNT=9999",
        "FREQ=SECONDLY;INTERVAL=86399;COUNT=1203",
        "FREQ=SECONDLY;INTERVAL=3607;BYHOUR=1,2,3",
      })
  void leapingGivesWhatSteppingGives(String text) throws Exception {
    var rule = Rule.parse(text);
    List<Long> all = new ArrayList<>();
    var stepping = iterator(rule);
    for (long t = stepping.next();
        t != RuleIterator.END && all.size() < 6_000;
        t = stepping.next()) {
      all.add(t);
    }
    for (int i = 0; i < all.size(); i += 1 + all.size() / 50) {
      for (long target : new long[] {all.get(i) - 1, all.get(i), all.get(i) + 3_000}) {
        var leaping = iterator(rule);
        leaping.next();
        leaping.skipTo(target);
        long next = leaping.next();
        while (next != RuleIterator.END && next < target) {
          next = leaping.next();
        }
        long expected = RuleIterator.END;
        for (int j = 1; j < all.size() && expected == RuleIterator.END; j++) {
          expected = all.get(j) >= target ? all.get(j) : RuleIterator.END;
        }
        if (expected != RuleIterator.END || all.size() < 6_000) {
          assertThat(next).as(text + " from " + target).isEqualTo(expected);
        }
      }
    }
  }

  private static RuleIterator iterator(Rule rule) {
    return new RuleIterator(rule, START, false, Long.MAX_VALUE, DateutilVectorsTest.budget());
  }
}
