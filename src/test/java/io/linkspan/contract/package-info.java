/** The contract is whole and says what it should, and answers keep to it. */
@NullMarked
package io.linkspan.contract;

import org.jspecify.annotations.NullMarked;
