import { useRouterState } from "@tanstack/react-router";
import { type RefObject, useLayoutEffect } from "react";

/** The page that was arrived at last; undefined before the first one of a visit. */
let place: string | undefined;
/** Whether a heading had the focus when it went, and nothing has taken it over since. */
let orphaned = false;

/**
 * Gives a page's heading the focus when one arrives at it from another page. The first page of a visit leaves the
 * focus where the browser put it. A heading that follows another one on the same page, as when its name has come,
 * takes over what that one had.
 */
export function useArrival(heading: RefObject<HTMLElement | null>) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a heading arrives once
  useLayoutEffect(() => {
    const element = heading.current;
    const moved = place !== undefined && place !== path;
    place = path;
    // a field that takes the focus by itself is what one came for
    const taken = element?.closest("main")?.querySelector(":focus");
    if ((moved || orphaned) && !taken) element?.focus({ preventScroll: true });
    orphaned = false;
    return () => {
      orphaned = document.activeElement === element;
    };
  }, []);
}
