import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";
export type Locale = "en" | "de" | "pseudo";
export type ZoneChoice = "organizer" | "device" | "utc";
export type TimeStyle = "relative" | "absolute";
export type Preferences = { theme: Theme; locale: Locale; zone: ZoneChoice; times: TimeStyle };

const allowed: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  theme: ["system", "light", "dark"],
  locale: ["en", "de", "pseudo"],
  zone: ["organizer", "device", "utc"],
  times: ["relative", "absolute"],
};

function stored<K extends keyof Preferences>(name: K, otherwise: Preferences[K]): Preferences[K] {
  try {
    const value = localStorage.getItem(`linkspan.${name}`) as Preferences[K] | null;
    return value && allowed[name].includes(value) ? value : otherwise;
  } catch {
    return otherwise;
  }
}

function read(): Preferences {
  return {
    theme: stored("theme", "system"),
    locale: stored("locale", navigator.language.toLowerCase().startsWith("de") ? "de" : "en"),
    zone: stored("zone", "organizer"),
    times: stored("times", "relative"),
  };
}

let current = read();
const listeners = new Set<() => void>();
const darkSystem = window.matchMedia?.("(prefers-color-scheme: dark)");

function applyTheme() {
  const dark = current.theme === "dark" || (current.theme === "system" && Boolean(darkSystem?.matches));
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
darkSystem?.addEventListener("change", applyTheme);

/** Keeps a choice of this browser, and tells everything that shows it. */
export function prefer<K extends keyof Preferences>(name: K, value: Preferences[K]) {
  current = { ...current, [name]: value };
  try {
    localStorage.setItem(`linkspan.${name}`, value);
  } catch {
    // the choice then lasts as long as the page
  }
  if (name === "theme") applyTheme();
  for (const listener of listeners) listener();
}

export function preferences(): Preferences {
  return current;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}
