import { useSyncExternalStore } from "react";

/** `ended` lasts until somebody signs in; `asking` while the page offers that over what is open. */
export type Session = { ended: boolean; asking: boolean };

const running: Session = { ended: false, asking: false };

let session = running;
const listeners = new Set<() => void>();

function set(next: Session) {
  if (next.ended === session.ended && next.asking === session.asking) return;
  session = next;
  for (const listener of listeners) listener();
}

/** The server no longer knows the session. */
export function sessionEnded() {
  set({ ended: true, asking: true });
}

export function sessionBegan() {
  set(running);
}

/** What is open can be read while signed out, and copied. */
export function stopAsking() {
  set({ ...session, asking: false });
}

export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => session,
  );
}
