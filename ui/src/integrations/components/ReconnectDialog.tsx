import { useEffect, useRef } from "react";
import { useFailure } from "@/api/useFailure";
import { CardSkeleton, LoadFailed, notify } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import { useProviders, useReconnectCalendar } from "../hooks/useCalendarIntegrations";
import type { CalendarIntegration } from "../types";
import { obstacleTo } from "./ConnectFlow";
import { ConnectForm } from "./ConnectForm";

/** New credentials for the same account: ids, choices and blocked times stay. */
export function ReconnectDialog({ integration, onClose }: { integration: CalendarIntegration; onClose: () => void }) {
  const t = useT();
  const providers = useProviders();
  const failure = useFailure(providers);
  const reconnect = useReconnectCalendar(integration.id);
  const provider = providers.data?.find((each) => each.provider === integration.provider);
  // what is left out stays as it is, so only what may be new is required
  const fields = provider?.connect.fields
    .filter((field) => field.name !== "name")
    .map((field) => ({ ...field, required: field.type === "password" || field.name === "url" }));
  const form = useRef<HTMLDivElement>(null);
  const ready = provider !== undefined;
  // the form may come after the dialog has taken the focus
  useEffect(() => {
    const touch = window.matchMedia?.("(pointer: coarse)").matches;
    if (ready && !touch) form.current?.querySelector<HTMLElement>("[data-begins]")?.focus();
  }, [ready]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("reconnect.title", { name: accountName(integration) })}
      description={t("reconnect.lead")}
    >
      {failure ? (
        <LoadFailed
          what={t("connect.providers")}
          error={failure}
          onRetry={() => void providers.refetch()}
          busy={providers.isFetching}
        />
      ) : !providers.data ? (
        <CardSkeleton cards={1} />
      ) : provider && fields && obstacleTo(provider) === null ? (
        <div ref={form}>
          <ConnectForm
            provider={provider}
            fields={fields}
            error={reconnect.error}
            busy={reconnect.isPending}
            submitLabel={t("calendar.reconnect")}
            onSubmit={(values) =>
              reconnect.mutate(values, {
                onSuccess: () => {
                  notify({ tone: "well", title: t("reconnect.done"), detail: t("reconnect.done_detail") });
                  onClose();
                },
              })
            }
          />
        </div>
      ) : (
        <p>{t((provider && obstacleTo(provider)) ?? "connect.not_configured")}</p>
      )}
    </Dialog>
  );
}
