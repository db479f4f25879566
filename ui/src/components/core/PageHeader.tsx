import { type ReactNode, useEffect, useRef } from "react";
import { useT } from "@/i18n";
import { useArrival } from "./arrival";

type Props = { title: string; lead?: ReactNode; actions?: ReactNode; above?: ReactNode };

/** The page's heading. On navigation it takes the focus, so that a screen reader says where one is. */
export function PageHeader({ title, lead, actions, above }: Props) {
  const t = useT();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  useArrival(heading);
  return (
    <header className="mb-5 md:mb-6">
      {above}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 max-w-2xl flex-1 basis-64">
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-[-0.018em] wrap-anywhere">
            {title}
          </h1>
          {lead && <div className="mt-1 text-ink-2">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
