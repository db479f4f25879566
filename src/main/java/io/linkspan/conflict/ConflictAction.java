package io.linkspan.conflict;

import java.util.Locale;

/** What can be done about a conflict: of the contract's {@code ConflictAction}. */
enum ConflictAction {
  DISMISS,
  DELETE_BLOCK,
  SHRINK_BLOCK,
  MARK_FREE,
  REOPEN;

  /** As in the contract. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ConflictAction of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
