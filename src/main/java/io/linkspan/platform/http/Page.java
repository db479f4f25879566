package io.linkspan.platform.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a long list.
 *
 * @param nextCursor opaque, for the next part; null at the end
 */
public record Page<T>(List<T> results, @Nullable String nextCursor) {
  public Page {
    results = List.copyOf(results);
  }
}
