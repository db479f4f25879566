import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { pauseStream, useStream } from "@/api/stream";
import { prefer, preferences } from "./preferences";

/** Where `g` and a letter goes. */
export const goTo = {
  o: "/integrations",
  c: "/integrations/calendars",
  x: "/integrations/conflicts",
  w: "/integrations/webhooks",
  l: "/integrations/logs",
  p: "/profile",
} as const;

const wait = 1_200;

const stored = "linkspan.shortcuts";
/** The choice where nothing can be stored; it then lasts as long as the page. */
let unstored: boolean | undefined;

export function shortcutsOn(): boolean {
  try {
    return unstored ?? localStorage.getItem(stored) !== "off";
  } catch {
    return true;
  }
}

export function switchShortcuts(on: boolean) {
  try {
    localStorage.setItem(stored, on ? "on" : "off");
    unstored = undefined;
  } catch {
    unstored = on;
  }
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Single keys work anywhere but in fields and dialogs, and can be switched off (WCAG 2.1.4). */
export function useShortcuts(openHelp: () => void) {
  const navigate = useNavigate();
  const { paused } = useStream();
  const leader = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (!shortcutsOn() || document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      if (event.key === "?") {
        event.preventDefault();
        openHelp();
        return;
      }
      if (Date.now() - leader.current < wait) {
        leader.current = 0;
        const to = goTo[event.key as keyof typeof goTo];
        if (to) {
          event.preventDefault();
          void navigate({ to });
        }
        return;
      }
      if (event.key === "g") leader.current = Date.now();
      else if (event.key === "t") prefer("times", preferences().times === "relative" ? "absolute" : "relative");
      else if (event.key === "p") pauseStream(!paused);
      else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [navigate, openHelp, paused]);
}
