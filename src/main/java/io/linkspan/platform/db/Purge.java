package io.linkspan.platform.db;

import java.util.function.IntSupplier;

/** Deletes what is old in batches, so that no statement holds many locks or lasts long. */
public final class Purge {
  /** How many rows one statement deletes. */
  public static final int BATCH = 5_000;

  private Purge() {}

  /**
   * @param statement deletes up to {@link #BATCH} rows and answers how many; not within a
   *     transaction, so that each is its own
   * @return how many were deleted in all
   */
  public static int run(IntSupplier statement) {
    int total = 0;
    int deleted;
    do {
      deleted = statement.getAsInt();
      total += deleted;
    } while (deleted == BATCH);
    return total;
  }
}
