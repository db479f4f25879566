import { cloneElement, lazy, type ReactElement, Suspense, useState } from "react";
import type { MenuItem } from "./OpenMenu";

const OpenMenu = lazy(() => import("./OpenMenu").then((module) => ({ default: module.OpenMenu })));

type Trigger = ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu"; "aria-expanded"?: boolean }>;

/** A button with a menu. Most menus are never opened, so that what draws them comes with the first press. */
export function Menu({ trigger, items }: { trigger: Trigger; items: readonly MenuItem[] }) {
  const [asked, setAsked] = useState(false);
  const closed = cloneElement(trigger, {
    onClick: () => setAsked(true),
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
  if (!asked) return closed;
  return (
    <Suspense fallback={closed}>
      <OpenMenu trigger={trigger} items={items} />
    </Suspense>
  );
}
