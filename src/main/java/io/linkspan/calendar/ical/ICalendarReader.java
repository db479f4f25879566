package io.linkspan.calendar.ical;

/**
 * Reads iCalendar (RFC 5545) as the world writes it: nothing in the text makes it throw, and what
 * it leaves out it reports. Safe for use by threads.
 */
public final class ICalendarReader {
  /** Reads bytes of unknown encoding: UTF-8 unless a byte order mark or invalid bytes say else. */
  public ParsedCalendar read(byte[] bytes, ReadLimits limits) {
    throw new UnsupportedOperationException("not yet");
  }

  public ParsedCalendar read(String text, ReadLimits limits) {
    throw new UnsupportedOperationException("not yet");
  }
}
