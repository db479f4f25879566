import { useEffect, useRef, useState } from "react";
import { useFailure } from "@/api/useFailure";
import { Button, CardSkeleton, Icon, LoadFailed, Monogram, StatusMark } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { providerName } from "../accountName";
import { useConnectCalendar, useFirstReading, useProviders } from "../hooks/useCalendarIntegrations";
import { calendarTone } from "../status";
import type { CalendarIntegration, ConnectCalendar, Provider } from "../types";
import { useProviderText } from "../useProviderText";
import { ConnectForm, type Values } from "./ConnectForm";

/** From "which one" over the form to the proof that it works. */
export function ConnectFlow({ start, onDone }: { start?: string; onDone: (made: CalendarIntegration) => void }) {
  const t = useT();
  const providers = useProviders();
  const failure = useFailure(providers);
  const connect = useConnectCalendar();
  const [choice, setChoice] = useState(start === "true" ? undefined : start);
  const [typed, setTyped] = useState<Record<string, Values>>({});
  const place = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const made = connect.data;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each step takes the focus to its beginning
  useEffect(() => {
    if (moved.current) place.current?.querySelector<HTMLElement>("input, button")?.focus();
    moved.current = true;
  }, [choice, made?.id]);

  if (failure) {
    return (
      <LoadFailed
        what={t("connect.providers")}
        error={failure}
        onRetry={() => void providers.refetch()}
        busy={providers.isFetching}
      />
    );
  }
  if (!providers.data) return <CardSkeleton cards={3} />;
  const provider = providers.data.find((each) => each.provider === choice && obstacleTo(each) === null);
  return (
    <div ref={place}>
      {made ? (
        <Connected integration={made} onDone={() => onDone(made)} />
      ) : provider ? (
        <div className="rise grid gap-5">
          <WhatIsRead provider={provider} />
          <ConnectForm
            key={provider.provider}
            provider={provider}
            error={connect.error}
            busy={connect.isPending}
            submitLabel={t("connect.submit")}
            defaults={typed[provider.provider]}
            onBack={(values) => {
              connect.reset();
              setTyped({ ...typed, [provider.provider]: values });
              setChoice(undefined);
            }}
            onSubmit={(values) => connect.mutate({ provider: provider.provider, ...values } as ConnectCalendar)}
          />
        </div>
      ) : (
        <ProviderList providers={providers.data} onChoose={setChoice} />
      )}
    </div>
  );
}

function ProviderList({
  providers,
  onChoose,
}: {
  providers: readonly Provider[];
  onChoose: (provider: string) => void;
}) {
  const t = useT();
  const textOf = useProviderText();
  return (
    <ul className="grid gap-2">
      {providers.map((provider) => {
        const obstacle = obstacleTo(provider);
        return (
          <li key={provider.provider}>
            <button
              type="button"
              disabled={obstacle !== null}
              onClick={() => onChoose(provider.provider)}
              className="group flex w-full items-center gap-3.5 rounded-md border border-line bg-surface p-3 text-left transition-colors hover:border-accent hover:bg-accent-soft/60 disabled:opacity-60"
            >
              <Monogram name={provider.name} />
              <span className="min-w-0 flex-1">
                <span className="block font-semibold">{textOf(provider).name}</span>
                <span className="block text-ink-2">{obstacle ? t(obstacle) : textOf(provider).summary}</span>
              </span>
              <Icon name="right" className="text-ink-3 group-hover:text-accent" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Why a provider cannot be connected from here; a consent page is a journey of its own, which these forms do not lead to. */
export function obstacleTo({ configured, connect }: Provider): "connect.not_configured" | "connect.not_yet" | null {
  if (!configured) return "connect.not_configured";
  return connect.method === "oauth" ? "connect.not_yet" : null;
}

/** What is read, why, and how to come by what the form asks for: before anything is typed. */
export function WhatIsRead({ provider }: { provider: Provider }) {
  const t = useT();
  const text = useProviderText()(provider);
  return (
    <div className="grid gap-3">
      <div className="flex items-center gap-3">
        <Monogram name={provider.name} />
        <p className="text-lg font-semibold">{text.name}</p>
      </div>
      <div className="rounded-md border border-line bg-canvas px-4 py-3">
        <h3 className="font-semibold">{t("connect.reads")}</h3>
        <ul className="mt-1 grid gap-1 text-ink-2">
          {text.reads.map((line) => (
            <li key={line} className="flex gap-2">
              <Icon name="ok" size={14} className="mt-1 text-accent" />
              {line}
            </li>
          ))}
        </ul>
        {text.steps.length > 0 && (
          <details className="mt-2.5" open={provider.provider === "apple"}>
            <summary className="rounded-sm font-semibold">{t("connect.steps")}</summary>
            <ol className="mt-1 grid list-decimal gap-1 pl-5 text-ink-2">
              {text.steps.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
          </details>
        )}
      </div>
    </div>
  );
}

/** Shows what was found, and follows the first reading to its end. */
function Connected({ integration, onDone }: { integration: CalendarIntegration; onDone: () => void }) {
  const t = useT();
  const lang = useServerLang();
  const { status, reason, calendars, read } = useFirstReading(integration);
  const troubled = status === "degraded" || status === "needs_reauth" || status === "disabled";
  return (
    <div className="rise grid gap-4">
      <div role="status" className="flex items-start gap-3 rounded-md border border-accent/40 bg-accent-soft p-4">
        <Icon name="ok" size={18} className="mt-0.5 text-accent" />
        <div>
          <p className="font-semibold">{t("connect.done", { name: providerName(t, integration) })}</p>
          <p className="text-ink-2">
            {read ? t("connect.read") : troubled && reason ? <span lang={lang}>{reason}</span> : t("connect.reading")}
          </p>
        </div>
      </div>
      {calendars && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {calendars.map((calendar) => (
            <li key={calendar.id} className="flex items-center justify-between gap-3 px-3.5 py-2">
              <span className="min-w-0 truncate font-medium">{calendar.name}</span>
              <StatusMark plain tone={calendarTone[calendar.state]}>
                {t(`calendar.state.${calendar.state}`)}
              </StatusMark>
            </li>
          ))}
        </ul>
      )}
      <p className="text-ink-2">{t("connect.next")}</p>
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          {t("connect.choose")}
        </Button>
      </div>
    </div>
  );
}
