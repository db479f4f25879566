package io.linkspan.event.ical;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Goes through the unfolded lines of a text (RFC 5545, 3.1), in bytes: folding may cut a character
 * in two. CRLF, LF and CR all end a line. A line that is indented though nothing was folded is one
 * of its own: {@code BEGIN:VEVENT} behind a short line, and what is indented like it until a line
 * is not.
 */
final class ContentLines {
  /** A line that was folded is not shorter than this: the standard allows 75 bytes. */
  private static final int FOLDED_FROM = 60;

  private static final Set<String> MARKS =
      Set.of(
          "BEGIN:VCALENDAR",
          "BEGIN:VEVENT",
          "BEGIN:VFREEBUSY",
          "BEGIN:VTIMEZONE",
          "END:VEVENT",
          "END:VCALENDAR");

  private final byte[] text;
  private final int end;
  private final int longest;
  private int at;

  /** The current line: of {@link #text}, or of a copy where it was folded. */
  private byte[] line;

  private int from;
  private int to;
  private boolean cut;

  /** By how much lines are indented that are not folded; none usually. */
  private int indent;

  private int number;
  private byte[] scratch = new byte[512];

  ContentLines(byte[] text, int end, int longest) {
    this.text = text;
    this.end = end;
    this.longest = longest;
    this.line = text;
  }

  void startAt(int offset) {
    at = offset;
  }

  /** Moves to the next line that is not empty. False if there is none. */
  boolean next() {
    while (at < end) {
      number++;
      cut = false;
      int start = at;
      int stop = endOfLine(start);
      at = afterLine(stop);
      line = text;
      from = start;
      to = stop;
      if (start < stop && !isFold(text[start])) {
        indent = 0;
      } else if (start < stop) {
        from = start + indentation(start);
      }
      if (continues(from, stop)) {
        unfold(from, stop);
      }
      if (to - from > longest) {
        to = from + longest;
        cut = true;
      }
      if (to > from) {
        return true;
      }
    }
    return false;
  }

  private void unfold(int start, int stop) {
    int size = append(0, start, stop);
    int longestPart = stop - start;
    while (at < end && isFold(text[at]) && !isIndented(longestPart)) {
      int partStart = at + 1;
      int partStop = endOfLine(partStart);
      at = afterLine(partStop);
      size = append(size, partStart, partStop);
      longestPart = partStop - partStart;
    }
    line = scratch;
    from = 0;
    to = size;
  }

  private boolean continues(int start, int stop) {
    return at < end && isFold(text[at]) && !isIndented(stop - start);
  }

  /**
   * Whether the line that comes is indented and not folded.
   *
   * @param before length of the line before it; one that was folded is nearly as long as allowed
   */
  private boolean isIndented(int before) {
    int width = indentation(at);
    int start = at + width;
    int stop = endOfLine(start);
    if (indent > 0) {
      return width == indent && looksLikeProperty(start, stop);
    }
    if (before < FOLDED_FROM && isMark(start, stop)) {
      indent = width;
      return true;
    }
    return false;
  }

  private int indentation(int start) {
    int i = start;
    while (i < end && isFold(text[i])) {
      i++;
    }
    return i - start;
  }

  private boolean isMark(int start, int stop) {
    if (stop - start > 20) {
      return false;
    }
    String mark =
        new String(text, start, stop - start, StandardCharsets.ISO_8859_1)
            .strip()
            .toUpperCase(Locale.ROOT);
    return MARKS.contains(mark);
  }

  /** A name in capitals before a colon or semicolon. */
  private boolean looksLikeProperty(int start, int stop) {
    int i = start;
    while (i < stop && (text[i] >= 'A' && text[i] <= 'Z' || text[i] == '-')) {
      i++;
    }
    return i > start + 1 && i < stop && (text[i] == ':' || text[i] == ';');
  }

  private int append(int size, int start, int stop) {
    int length = Math.min(stop - start, longest + 1 - size);
    if (length <= 0) {
      return size;
    }
    if (size + length > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(size + length, scratch.length * 2));
    }
    System.arraycopy(text, start, scratch, size, length);
    return size + length;
  }

  private int endOfLine(int start) {
    int i = start;
    while (i < end && text[i] != '\n' && text[i] != '\r') {
      i++;
    }
    return i;
  }

  private int afterLine(int stop) {
    if (stop < end && text[stop] == '\r' && stop + 1 < end && text[stop + 1] == '\n') {
      return stop + 2;
    }
    return Math.min(stop + 1, end);
  }

  private static boolean isFold(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Whether the line was longer than allowed, so that its end is missing. */
  boolean cut() {
    return cut;
  }

  /** Counted in unfolded lines, from 1. */
  int number() {
    return number;
  }

  byte[] bytes() {
    return line;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Decodes a part of a line: UTF-8, or where it is not that, Windows-1252. */
  static String decode(byte[] bytes, int from, int to) {
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      if (bytes[i] <= 0) {
        ascii = false;
        break;
      }
    }
    if (ascii) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
    String utf8 = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (utf8.indexOf(0) >= 0) {
      utf8 = utf8.replace("\0", "");
    }
    return utf8.indexOf('\uFFFD') < 0 || isReplacementItself(bytes, from, to)
        ? utf8
        : new String(bytes, from, to - from, Encodings.WINDOWS_1252).replace("\0", "");
  }

  private static boolean isReplacementItself(byte[] bytes, int from, int to) {
    for (int i = from; i + 2 < to; i++) {
      if (bytes[i] == (byte) 0xEF && bytes[i + 1] == (byte) 0xBF && bytes[i + 2] == (byte) 0xBD) {
        return true;
      }
    }
    return false;
  }
}
