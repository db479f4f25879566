import { useSyncExternalStore } from "react";

export type Toast = {
  tone: "well" | "bad";
  title: string;
  detail?: string;
  requestId?: string;
  action?: { label: string; run: () => void };
};
export type ShownToast = Toast & { id: number };

const most = 3;
let next = 1;
let shown: readonly ShownToast[] = [];
const listeners = new Set<() => void>();

function set(toasts: readonly ShownToast[]) {
  shown = toasts;
  for (const listener of listeners) listener();
}

/** Says what became of something, without taking the focus. Failures stay until they are closed. */
export function notify(toast: Toast) {
  set(
    [
      ...shown.filter((each) => each.title !== toast.title || each.detail !== toast.detail),
      { ...toast, id: next++ },
    ].slice(-most),
  );
}

export function dismissToast(id: number) {
  set(shown.filter((toast) => toast.id !== id));
}

/** Whoever comes next is not told what became of others' things. */
export function dismissAllToasts() {
  set([]);
}

export function useToasts(): readonly ShownToast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
