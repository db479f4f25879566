package io.linkspan.event.ical;

import io.linkspan.event.ical.ParsedCalendar.NotCalendar;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads iCalendar (RFC 5545) as the world writes it: nothing in the text makes it throw, and what
 * it leaves out it reports. Safe for use by threads.
 */
public final class ICalendarReader {
  /**
   * Reads bytes of unknown encoding: UTF-8, or UTF-16 where it shows; a line that is not UTF-8 is
   * read as Windows-1252.
   */
  public ParsedCalendar read(byte[] bytes, ReadLimits limits) {
    byte[] text = Encodings.asciiCompatible(bytes);
    int start = Encodings.start(text);
    int end = Math.min(text.length, limits.bytes());
    if (start >= end) {
      return new NotCalendar("the text is empty");
    }
    var assembly = new CalendarAssembly(limits);
    if (text.length > end) {
      assembly.tooLong(text.length);
    }
    var lines = new ContentLines(text, end, limits.lineLength());
    lines.startAt(start);
    while (lines.next()) {
      assembly.add(lines);
    }
    return assembly.isCalendar() ? assembly.finish() : new NotCalendar(describe(text, start, end));
  }

  public ParsedCalendar read(String text, ReadLimits limits) {
    return read(text.getBytes(StandardCharsets.UTF_8), limits);
  }

  private static String describe(byte[] text, int start, int end) {
    String head =
        ContentLines.decode(text, start, Math.min(end, start + 200)).toLowerCase(Locale.ROOT);
    if (head.startsWith("<!doctype html") || head.startsWith("<html")) {
      return "the text is a web page, not a calendar; the address may need a sign-in, or lead to"
          + " the page about the calendar";
    }
    if (head.startsWith("<")) {
      return "the text is XML, not a calendar";
    }
    if (head.startsWith("{") || head.startsWith("[")) {
      return "the text is JSON, not a calendar";
    }
    String line = head.lines().findFirst().orElse("").strip();
    String shown = line.length() <= 60 ? line : line.substring(0, 60) + "…";
    return "the text has no BEGIN:VCALENDAR; it starts with \"" + shown + "\"";
  }
}
