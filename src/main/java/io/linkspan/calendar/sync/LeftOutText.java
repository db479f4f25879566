package io.linkspan.calendar.sync;

import org.jspecify.annotations.Nullable;

/** Says that events were left out or guessed, and the first of them. */
public final class LeftOutText {
  private LeftOutText() {}

  /**
   * @param first what is said of the first, as a sentence
   * @return nothing if none was
   */
  public static String of(int leftOut, @Nullable String first) {
    if (leftOut == 0) {
      return "";
    }
    var count =
        leftOut == 1
            ? "1 event was left out or guessed."
            : leftOut + " events were left out or guessed.";
    return first == null ? count : count + " " + first;
  }
}
