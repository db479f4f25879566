import type { ReactNode } from "react";
import { cx } from "./cx";

/* 16 units square, drawn on whole and half units with one stroke, so that they sit with the text. */
const shapes = {
  overview: <path d="M2.5 12.5h11M4 12.5a4 4 0 0 1 8 0M8 5.5v-2M3.4 7.4 2 6M12.6 7.4 14 6" />,
  calendar: (
    <path d="M2.5 4.5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM2.5 7h11M5.5 2v3M10.5 2v3" />
  ),
  conflict: <path d="M2.5 3.5h7v5h-7zM6.5 7.5h7v5h-7z" />,
  log: <path d="M3 4h10M3 8h7M3 12h9" />,
  webhook: <path d="M2.5 8h6M6 5l3 3-3 3M10.5 3.5h3v9h-3" />,
  person: <path d="M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.4-2.6 2.4-3.8 5-3.8s4.6 1.2 5 3.8" />,
  ok: <path d="M3.5 8.5 6.5 11.5 12.5 5" />,
  warn: <path d="M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1" />,
  bad: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 10.9v.1" />,
  sync: <path d="M13 6.5A5.2 5.2 0 0 0 3.6 5M3 2.5V5.5h3M3 9.5a5.2 5.2 0 0 0 9.4 1.5M13 13.5v-3h-3" />,
  off: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.9 3.9l8.2 8.2" />,
  clock: <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6" />,
  plus: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  left: <path d="M10 3.5 5.5 8l4.5 4.5" />,
  down: <path d="M3.5 6 8 10.5 12.5 6" />,
  copy: <path d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z" />,
  link: <path d="M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a3 3 0 0 1 4.4 4.4L11.5 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.4-4.4L4.5 7" />,
  unlink: <path d="M7 4.5l1.2-1.2a3 3 0 0 1 4.4 4.4L11.5 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.4-4.4L4.5 7M3 3l10 10" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  play: <path d="M5 3.5 12 8l-7 4.5z" />,
  search: <path d="M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3" />,
  key: <path d="M5.5 11.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8.5 8.5h5v2.5M11.5 8.5v2" />,
  more: <path d="M3.5 8v.1M8 8v.1M12.5 8v.1" strokeWidth="2" />,
  sliders: <path d="M2.5 4.5h5M11 4.5h2.5M9 3v3M2.5 11.5H4M7.5 11.5h6M5.5 10v3" />,
  exit: <path d="M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3" />,
  download: <path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11" />,
  trash: <path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9" />,
  shield: <path d="M8 2 13 4v4c0 3-2 5-5 6-3-1-5-3-5-6V4z" />,
  offline: (
    <path d="M2 6.2a9 9 0 0 1 3-1.7M8 4a9 9 0 0 1 6 2.2M4.5 9a5 5 0 0 1 2-1.1M11.5 9l-.8-.6M8 12v.1M2.5 2.5l11 11" />
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** Decoration beside a word; what has no word needs a label of its own. */
export function Icon({ name, size = 16, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx("shrink-0", className)}
    >
      {shapes[name]}
    </svg>
  );
}
