/** PostgreSQL as every node sees it: the pool, transactions, migrations, notifications. */
@NullMarked
package io.linkspan.platform.db;

import org.jspecify.annotations.NullMarked;
