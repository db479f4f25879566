package io.linkspan.webhook;

import org.jdbi.v3.core.Handle;

/** How PostgreSQL is to plan the statements of a transaction over the queue. */
final class Plans {
  private Plans() {}

  /**
   * The queue grows by 100,000 rows in a moment, and plans are made by statistics of a minute ago:
   * a scan of what was a small table, a hash of it or sorting it must not be thought of. Where rows
   * are joined it says {@code = ANY(ARRAY[x])} instead of {@code = x} for the same reason: an
   * equality may be merged, so the planner also thinks of walking through the whole index, which is
   * cheapest as long as the table was empty when it was last looked at.
   */
  static void byIndex(Handle tx) {
    byIndex(tx, "on");
  }

  /**
   * @param synchronousCommit whether the commit waits for the disk
   */
  static void byIndex(Handle tx, String synchronousCommit) {
    tx.createQuery(
            """
            SELECT set_config('synchronous_commit', :synchronous, true), set_config('enable_seqscan', 'off', true),
                   set_config('enable_bitmapscan', 'off', true), set_config('enable_hashjoin', 'off', true),
                   set_config('enable_mergejoin', 'off', true), set_config('enable_sort', 'off', true),
                   set_config('enable_incremental_sort', 'off', true),
                   -- what is switched off and needed all the same counts as so dear that it would be compiled
                   set_config('jit', 'off', true),
                   -- planning a claim anew each time takes half as long as claiming
                   set_config('plan_cache_mode', 'force_generic_plan', true)
            """)
        .bind("synchronous", synchronousCommit)
        .mapTo(String.class)
        .one();
  }
}
