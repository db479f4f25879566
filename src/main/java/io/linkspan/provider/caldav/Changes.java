package io.linkspan.provider.caldav;

import io.linkspan.calendar.CalendarReader.SyncFailure;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a server says is there, or has changed. */
sealed interface Changes {
  /**
   * A member of the calendar.
   *
   * @param name canonical, inside the calendar; what the resource is stored under
   * @param href path as the server wrote it, so that it recognises it
   * @param etag without quotes and weakness mark; null if it was not told
   */
  record Entry(String name, String href, @Nullable String etag) {}

  /**
   * @param present by name
   * @param complete whether nothing else is there
   * @param token where the next pass can begin
   * @param outside what was listed but lies outside of the calendar
   */
  record Found(
      Map<String, Entry> present,
      Set<String> removed,
      boolean complete,
      Optional<SyncToken> token,
      Set<String> outside)
      implements Changes {}

  record Unknown(SyncFailure failure) implements Changes {}
}
