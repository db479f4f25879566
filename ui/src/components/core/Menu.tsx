import { cloneElement, type ReactElement, Suspense, useState } from "react";
import { useT } from "@/i18n";
import { Boundary } from "./Boundary";
import type { MenuItem } from "./OpenMenu";
import { onDemand } from "./onDemand";
import { notify } from "./toasts";

const OpenMenu = onDemand(() => import("./OpenMenu").then((module) => module.OpenMenu));

type Trigger = ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu"; "aria-expanded"?: boolean }>;

/** A button with a menu. Most menus are never opened, so that what draws them comes with the first press. */
export function Menu({ trigger, items }: { trigger: Trigger; items: readonly MenuItem[] }) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  const closed = cloneElement(trigger, {
    onClick: () => setAsked(true),
    "aria-haspopup": "menu",
    "aria-expanded": false,
  });
  if (!asked) return closed;
  return (
    <Boundary
      what=""
      fallback={(_, retry) =>
        cloneElement(closed, {
          onClick: retry,
        })
      }
      onFault={() => notify({ tone: "bad", title: t("problem.not_loaded"), detail: t("problem.not_loaded.fix") })}
    >
      <Suspense fallback={closed}>
        <OpenMenu trigger={trigger} items={items} />
      </Suspense>
    </Boundary>
  );
}
