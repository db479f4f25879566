import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./Icon";

export type MenuItem = { label: ReactNode; icon: IconName; onSelect: () => void; danger?: boolean; disabled?: boolean };

/** The menu itself, open at once: it is fetched by the first press on its trigger. */
export function OpenMenu({ trigger, items }: { trigger: ReactElement; items: readonly MenuItem[] }) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <Base.Popup className="popup min-w-44 rounded-md border border-line bg-surface p-1 shadow-(--shadow-float) outline-none">
            {items.map((item, at) => (
              <Base.Item
                // biome-ignore lint/suspicious/noArrayIndexKey: the items of a menu do not move
                key={at}
                disabled={item.disabled}
                onClick={item.onSelect}
                className={cx(
                  "flex h-8 cursor-pointer items-center gap-2 rounded-sm px-2.5 outline-none data-disabled:opacity-50 max-md:h-11",
                  item.danger ? "text-bad data-highlighted:bg-bad-soft" : "text-ink data-highlighted:bg-accent-soft",
                )}
              >
                <Icon name={item.icon} size={15} />
                {item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
