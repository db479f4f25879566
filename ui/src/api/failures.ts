const kept = new Set<() => void>();

/**
 * Keeps the failure of a load until it has been shown. What waits for a promise is drawn again when it fails; were the
 * failure forgotten at once, that drawing would begin the next load, and so on without end.
 */
export function keepUntilShown(forget: () => void) {
  kept.add(forget);
}

/** Lets everything be loaded again that could not be: its failure is on the screen. */
export function forgetFailures() {
  for (const forget of kept) forget();
  kept.clear();
}
