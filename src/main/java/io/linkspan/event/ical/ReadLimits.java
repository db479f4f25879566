package io.linkspan.event.ical;

/**
 * How much of a calendar is read. What goes beyond is left out and reported.
 *
 * @param bytes of the whole text
 * @param lineLength characters of one unfolded line
 * @param events VEVENTs in all, overrides included
 * @param datesPerSeries RDATEs and EXDATEs of a series
 * @param overridesPerSeries events with a RECURRENCE-ID of one UID
 * @param participants attendees of an event
 * @param problems reported in detail; the rest is counted
 */
public record ReadLimits(
    int bytes,
    int lineLength,
    int events,
    int datesPerSeries,
    int overridesPerSeries,
    int participants,
    int problems) {
  public static final ReadLimits STANDARD =
      new ReadLimits(64 << 20, 8 << 20, 200_000, 20_000, 5_000, 500, 50);
}
