/** PostgreSQL: the pool, transactions, migrations and the embedded server. */
@NullMarked
package io.linkspan.platform.db;

import org.jspecify.annotations.NullMarked;
