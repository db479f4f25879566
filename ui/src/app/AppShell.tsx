import { useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps, Outlet, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { stopAsking, useSession } from "@/api/session";
import { startStream } from "@/api/stream";
import { Boundary, cx, Icon, IconButton, type IconName, Later, onDemand } from "@/components/core";
import { Toaster } from "@/components/core/Toaster";
import { type MessageId, useT, withWords } from "@/i18n";
import { useMe } from "@/identity/me";
import { ConnectionBanner } from "./ConnectionBanner";
import { LiveSwitch } from "./LiveSwitch";
import { Logo } from "./Logo";
import { PageFailed } from "./PageFailed";
import { useAttentionCounts } from "./useAttentionCounts";
import { useShortcuts } from "./useShortcuts";

const DisplaySettings = onDemand(() => withWords("help", import("./DisplaySettings")).then((m) => m.DisplaySettings));
const ShortcutsHelp = onDemand(() => withWords("help", import("./ShortcutsHelp")).then((m) => m.ShortcutsHelp));

const SignInAgain = onDemand(() => import("@/identity/components/SignInAgain").then((m) => m.SignInAgain));

type Place = {
  to: LinkProps["to"];
  label: MessageId;
  icon: IconName;
  exact?: boolean;
  count?: "calendars" | "conflicts" | "webhooks";
};

const places: readonly Place[] = [
  { to: "/integrations", label: "nav.overview", icon: "overview", exact: true },
  { to: "/integrations/calendars", label: "nav.calendars", icon: "calendar", count: "calendars" },
  { to: "/integrations/conflicts", label: "nav.conflicts", icon: "conflict", count: "conflicts" },
  { to: "/integrations/webhooks", label: "nav.webhooks", icon: "webhook", count: "webhooks" },
  { to: "/integrations/logs", label: "nav.logs", icon: "log" },
];

export function AppShell() {
  const t = useT();
  const me = useMe();
  const client = useQueryClient();
  const [asked, setAsked] = useState<"display" | "help" | null>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const openHelp = useCallback(() => setAsked("help"), []);
  const close = () => setAsked(null);
  useShortcuts(openHelp);
  const session = useSession();
  useEffect(() => (session.ended ? undefined : startStream(client)), [client, session.ended]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="fixed top-2 left-2 z-[70] -translate-y-20 rounded-md bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        {t("nav.skip")}
      </a>
      <header className="flex items-center gap-2 border-b border-line bg-surface px-4 py-2 md:sticky md:top-0 md:h-dvh md:flex-col md:items-stretch md:gap-0 md:border-r md:border-b-0 md:bg-transparent md:px-3 md:py-4">
        <Link
          to="/integrations"
          className="flex items-center gap-2.5 rounded-md px-1 py-1 text-lg font-semibold tracking-[-0.02em] md:px-2"
        >
          <Logo />
          {t("app.name")}
        </Link>
        <nav aria-label={t("nav.main")} className="mt-6 hidden flex-1 flex-col gap-0.5 md:flex">
          <Places />
        </nav>
        <div className="ml-auto flex items-center gap-1 md:ml-0 md:grid md:gap-0.5 md:border-t md:border-line md:pt-3">
          <LiveSwitch />
          <IconButton
            icon="sliders"
            label={t("nav.display")}
            onClick={() => setAsked("display")}
            className="md:hidden"
          />
          <Link
            to="/profile"
            aria-label={t("nav.profile")}
            className="grid size-10 place-items-center rounded-md text-ink-2 aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent md:hidden"
          >
            <Icon name="person" />
          </Link>
          <button type="button" onClick={() => setAsked("display")} className={cx(placeLook, "max-md:hidden")}>
            <Icon name="sliders" />
            {t("nav.display")}
          </button>
          <button type="button" onClick={openHelp} className={cx(placeLook, "max-md:hidden")}>
            <kbd className="grid size-4 place-items-center rounded-sm border border-edge/60 text-xs leading-none">
              ?
            </kbd>
            {t("nav.shortcuts")}
          </button>
          <Link to="/profile" activeProps={{ "aria-current": "page" }} className={cx(placeLook, "max-md:hidden")}>
            <Icon name="person" />
            <span className="truncate">{me.data?.name ?? t("nav.profile")}</span>
          </Link>
        </div>
      </header>
      <div className="flex min-w-0 flex-col">
        <ConnectionBanner />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[72rem] flex-1 px-4 pt-5 pb-28 outline-none md:px-8 md:pt-8 md:pb-16"
        >
          <Boundary
            what={t("error.this_page")}
            resetKey={path}
            fallback={(error, retry) => <PageFailed error={error} reset={retry} />}
          >
            <Outlet />
          </Boundary>
        </main>
      </div>
      <nav
        aria-label={t("nav.main")}
        className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        <Places />
      </nav>
      <Toaster />
      <Later asked={asked} onClose={close}>
        {asked === "display" && <DisplaySettings onClose={close} />}
        {asked === "help" && <ShortcutsHelp onClose={close} />}
      </Later>
      <Later asked={session.asking && "sign-in"} onClose={stopAsking}>
        {session.asking && <SignInAgain onClose={stopAsking} />}
      </Later>
    </div>
  );
}

const placeLook =
  "relative flex items-center gap-2.5 rounded-md px-2.5 text-ink-2 transition-colors hover:bg-sunken hover:text-ink md:h-8.5 " +
  "aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent " +
  "max-md:min-h-13 max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:rounded-none max-md:px-0.5 max-md:text-xs max-md:aria-[current=page]:bg-transparent";

function Places() {
  const t = useT();
  const counts = useAttentionCounts();
  return places.map(({ to, label, icon, exact, count }) => {
    const open = count ? counts[count] : 0;
    return (
      <Link
        key={to}
        to={to}
        activeOptions={{ exact, includeSearch: false }}
        activeProps={{ "aria-current": "page" }}
        className={placeLook}
      >
        <Icon name={icon} className="max-md:size-[18px]" />
        <span className="max-w-full truncate md:flex-1">{t(label)}</span>
        {open > 0 && (
          <span className="rounded-full bg-warn-soft px-1.5 text-xs font-semibold text-warn max-md:absolute max-md:top-1 max-md:left-1/2 max-md:ml-1.5">
            <span className="sr-only">{t("nav.attention")} </span>
            {open > 99 ? "99+" : open}
          </span>
        )}
      </Link>
    );
  });
}
