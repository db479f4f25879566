/** Accounts that a person connected, their credentials and their end. */
@NullMarked
package io.linkspan.connection;

import org.jspecify.annotations.NullMarked;
