package io.linkspan.calendar.recurrence;

/**
 * A series as JSON, for a {@code jsonb} column. The form carries a version; older ones stay
 * readable.
 */
public final class SeriesCodec {
  private SeriesCodec() {}

  public static String encode(EventSeries series) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * @throws IllegalArgumentException if it is not a series, or of a newer version than this one
   *     reads
   */
  public static EventSeries decode(String json) {
    throw new UnsupportedOperationException("not yet");
  }

  /** Several series as one JSON array. */
  public static String encodeAll(java.util.List<EventSeries> series) {
    return series.stream()
        .map(SeriesCodec::encode)
        .collect(java.util.stream.Collectors.joining(",", "[", "]"));
  }

  /** The reverse of {@link #encodeAll}. */
  public static java.util.List<EventSeries> decodeAll(String json) {
    throw new UnsupportedOperationException("not yet");
  }
}
