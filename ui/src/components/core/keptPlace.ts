import { type RefObject, useLayoutEffect, useRef } from "react";

const settled = 50;

/** Where nothing has the focus any more, one is at the page's heading. */
export function toHeading({ activeElement, body }: Document) {
  if (activeElement === body) body.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}

/**
 * Whoever works through a list by keyboard keeps their place in it: when an entry (`data-entry`) goes that has the
 * focus, what comes after it takes it over, or else what comes before it. What is no entry names its heir.
 */
export function useKeptPlace<T extends HTMLElement>(heir?: RefObject<HTMLElement | null>): RefObject<T | null> {
  const entry = useRef<T>(null);
  useLayoutEffect(() => {
    const element = entry.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      const page = element.ownerDocument;
      const entries = [...page.querySelectorAll<HTMLElement>("main [data-entry]")];
      const at = entries.indexOf(element);
      const near = at < 0 ? [] : [...entries.slice(at + 1), ...entries.slice(0, at).reverse()];
      setTimeout(() => {
        if (page.activeElement !== page.body) return;
        const next = near.find((each) => each.isConnected);
        const taker = next?.matches("button") ? next : next?.querySelector<HTMLElement>("a, button");
        (taker ?? heir?.current)?.focus();
        toHeading(page);
      }, settled);
    };
  }, [heir]);
  return entry;
}
