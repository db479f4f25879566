import { type ReactNode, useEffect, useRef } from "react";
import { Logo } from "@/app/Logo";
import { useArrival } from "@/components/core/arrival";
import { Toaster } from "@/components/core/Toaster";
import { useT } from "@/i18n";

/** The frame of pages before the sign-in: a quiet sheet, with the product's promise beside it. */
export function Threshold({
  title,
  lead,
  children,
  wide,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  const heading = useRef<HTMLHeadingElement>(null);
  useArrival(heading);
  return (
    <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[minmax(0,1fr)_minmax(0,1.15fr)]">
      <aside className="relative hidden overflow-hidden bg-accent-soft px-12 py-12 lg:flex lg:flex-col lg:justify-between">
        <p className="flex items-center gap-3 text-lg font-semibold tracking-[-0.02em]">
          <Logo size={30} /> {t("app.name")}
        </p>
        <p className="relative z-10 max-w-md text-[2.1rem] leading-[1.15] font-semibold tracking-[-0.025em] text-balance">
          {t("start.promise")}
        </p>
        <p className="max-w-sm text-ink-2">{t("start.promise_lead")}</p>
        <svg
          aria-hidden="true"
          viewBox="0 0 600 240"
          className="absolute inset-x-0 bottom-24 text-accent opacity-25"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
        >
          <path d="M-20 200h640" />
          {[0, 1, 2, 3].map((arch) => (
            <path key={arch} d={`M${-40 + arch * 180} 200a90 90 0 0 1 180 0`} />
          ))}
          {Array.from({ length: 32 }, (_, at) => at * 20 - 20).map((x) => {
            const within = (((x + 40) % 180) + 180) % 180;
            const top = 200 - Math.sqrt(Math.max(0, 90 * 90 - (within - 90) ** 2));
            return <path key={x} d={`M${x} 200V${top}`} strokeWidth="0.8" />;
          })}
        </svg>
      </aside>
      <main className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-center justify-items-center px-5 py-10">
        <div className={wide ? "w-full max-w-[36rem]" : "w-full max-w-[24rem]"}>
          <p className="mb-8 flex items-center gap-2.5 text-lg font-semibold tracking-[-0.02em] lg:hidden">
            <Logo /> {t("app.name")}
          </p>
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-[-0.018em]">
            {title}
          </h1>
          {lead && <div className="mt-1 text-ink-2">{lead}</div>}
          <div className="mt-6">{children}</div>
        </div>
      </main>
      <Toaster />
    </div>
  );
}
