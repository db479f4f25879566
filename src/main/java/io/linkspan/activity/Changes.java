package io.linkspan.activity;

import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Tells open screens what to read again. Told in the transaction of the change, so that nobody
 * hears of what was rolled back.
 */
public interface Changes {
  /** What became of the resource. */
  enum Change {
    CREATED,
    UPDATED,
    DELETED
  }

  /**
   * @param kind of the contract's {@code ChangeEvent}, such as {@code blocked_times}
   * @param resourceId null: several resources of the kind; told once for all in a transaction
   */
  void changed(Handle tx, UUID organizerId, String kind, @Nullable UUID resourceId, Change change);
}
