import type { ReactNode } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./Icon";
import { LoadingSpinner } from "./LoadingSpinner";

export type Tone = "well" | "busy" | "waiting" | "warn" | "bad" | "off";

const tones: Record<Tone, { icon: IconName; look: string; fill: string }> = {
  well: { icon: "ok", look: "text-good", fill: "bg-good-soft" },
  busy: { icon: "sync", look: "text-accent", fill: "bg-accent-soft" },
  waiting: { icon: "clock", look: "text-ink-2", fill: "bg-sunken" },
  warn: { icon: "warn", look: "text-warn", fill: "bg-warn-soft" },
  bad: { icon: "bad", look: "text-bad", fill: "bg-bad-soft" },
  off: { icon: "off", look: "text-ink-2", fill: "bg-sunken" },
};

/** A state as icon, word and colour: none of the three alone. */
export function StatusMark({ tone, children, plain = false }: { tone: Tone; children: ReactNode; plain?: boolean }) {
  const { icon, look, fill } = tones[tone];
  return (
    <span
      className={cx(
        "inline-flex shrink-0 items-center gap-1 text-sm font-medium whitespace-nowrap",
        look,
        !plain && `rounded-full py-0.5 pr-2.5 pl-1.5 ${fill}`,
      )}
    >
      {tone === "busy" ? <LoadingSpinner size={13} /> : <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
