import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { fieldErrors } from "@/api/problem";
import { useFailure } from "@/api/useFailure";
import { Button, FormProblem, Icon, LoadFailed, TableSkeleton, TextField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { JsonTree } from "@/components/core/JsonTree";
import { useServerLang, useT } from "@/i18n";
import { useCreateWebhook, useEventTypes, useSaveWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { bodyOf, formOf, webhookSchema } from "../webhookForm";
import { doubtsAbout } from "../webhookState";
import { EventTree } from "./EventTree";
import { SecretOnce } from "./SecretOnce";
import { WebhookDeliveryFields } from "./WebhookDeliveryFields";

type Props = { webhook?: Webhook; onClose: () => void; onMade?: (id: string) => void };

/** Makes or changes a webhook; what an event looks like is shown beside the choice. */
export function WebhookForm({ webhook, onClose, onMade }: Props) {
  const t = useT();
  const lang = useServerLang();
  const types = useEventTypes();
  const failure = useFailure(types);
  const create = useCreateWebhook();
  const save = useSaveWebhook(webhook?.id ?? "");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? ["*"]);
  const [looked, setLooked] = useState("calendar_synced");
  const form = useForm({ resolver: zodResolver(webhookSchema(t)), mode: "onTouched", defaultValues: formOf(webhook) });
  const { register, handleSubmit, watch, formState } = form;
  const call = webhook ? save : create;
  const server = fieldErrors(call.error);
  const doubt = doubtsAbout(watch("webhook_url"));
  const sample = types.data?.find((each) => each.type === looked) ?? types.data?.[0];

  const submit = handleSubmit((values) => {
    if (events.length === 0) return;
    const body = bodyOf(values, events);
    if (webhook) save.mutate(body, { onSuccess: (saved) => "secret_key" in saved || onClose() });
    else create.mutate(body);
  });

  const moved = save.data;
  if (moved && "secret_key" in moved) {
    return <SecretOnce made={moved} onClose={onClose} />;
  }
  if (create.data) {
    return <SecretOnce made={create.data} onClose={() => onMade?.(create.data.id)} />;
  }
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={webhook ? t("webhook.edit") : t("webhooks.new")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" form="webhook-form" variant="primary" busy={call.isPending}>
            {webhook ? t("action.save") : t("webhook.create")}
          </Button>
        </>
      }
    >
      <form id="webhook-form" onSubmit={submit} noValidate className="grid gap-5">
        {call.isError && <FormProblem error={call.error} />}
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t("webhook.name")}
            error={formState.errors.name?.message ?? server.name}
            errorLang={formState.errors.name ? undefined : lang}
            {...register("name")}
          />
          <TextField
            label={t("webhook.url")}
            inputMode="url"
            spellCheck={false}
            autoCapitalize="off"
            placeholder="https://example.org/hooks"
            error={formState.errors.webhook_url?.message ?? server.webhook_url}
            errorLang={formState.errors.webhook_url ? undefined : lang}
            help={
              (doubt === "plain" || doubt === "private") && (
                <span className="flex gap-1.5 text-warn">
                  <Icon name="warn" size={14} className="mt-0.5" />
                  {t(`webhook.url.${doubt}`)}
                </span>
              )
            }
            {...register("webhook_url")}
          />
        </div>
        {failure ? (
          <LoadFailed
            what={t("webhook.events")}
            error={failure}
            onRetry={() => void types.refetch()}
            busy={types.isFetching}
          />
        ) : !types.data ? (
          <TableSkeleton rows={4} />
        ) : (
          <div className="grid gap-5 md:grid-cols-2">
            <EventTree
              types={types.data}
              chosen={events}
              onChange={setEvents}
              onLook={setLooked}
              error={formState.isSubmitted && events.length === 0 ? t("webhook.no_events") : undefined}
            />
            {sample && (
              <div className="md:sticky md:top-0 md:self-start">
                <h3 className="font-medium">
                  {t("webhook.sample")} <code className="font-mono text-sm">{sample.type}</code>
                </h3>
                <p lang={lang} className="mb-1.5 text-sm text-ink-3">
                  {sample.description}
                </p>
                <div className="rounded-md border border-line bg-canvas p-3">
                  <JsonTree value={sample.example} />
                </div>
              </div>
            )}
          </div>
        )}
        <WebhookDeliveryFields form={form} refused={server} sample={sample} />
      </form>
    </Dialog>
  );
}
