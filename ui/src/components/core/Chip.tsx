import type { ReactNode } from "react";
import { useT } from "@/i18n";
import { Icon } from "./Icon";
import { useKeptPlace } from "./keptPlace";

/** A filter that is on; pressing it takes it off. */
export function Chip({ children, name, onRemove }: { children: ReactNode; name: string; onRemove: () => void }) {
  const t = useT();
  const entry = useKeptPlace<HTMLButtonElement>();
  return (
    <button
      ref={entry}
      data-entry
      type="button"
      onClick={onRemove}
      aria-label={t("chip.remove", { name })}
      className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-full border border-accent/40 bg-accent-soft pr-2 pl-3 text-sm hover:border-accent max-md:h-9"
    >
      <span className="truncate">{children}</span>
      <Icon name="close" size={12} />
    </button>
  );
}
