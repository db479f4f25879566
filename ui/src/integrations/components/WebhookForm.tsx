import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { fieldErrors } from "@/api/problem";
import {
  Button,
  Checkbox,
  FormProblem,
  Icon,
  LoadFailed,
  TableSkeleton,
  TextAreaField,
  TextField,
} from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { JsonTree } from "@/components/core/JsonTree";
import { useServerLang, useT } from "@/i18n";
import { useCreateWebhook, useEventTypes, useSaveWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { doubtsAbout } from "../webhookState";
import { EventTree } from "./EventTree";
import { SecretOnce } from "./SecretOnce";

const mostRetries = 100;
const usualRetries = 9;

type Props = { webhook?: Webhook; onClose: () => void; onMade?: (id: string) => void };

/** Makes or changes a webhook; what an event looks like is shown beside the choice. */
export function WebhookForm({ webhook, onClose, onMade }: Props) {
  const t = useT();
  const lang = useServerLang();
  const types = useEventTypes();
  const create = useCreateWebhook();
  const save = useSaveWebhook(webhook?.id ?? "");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? ["*"]);
  const [looked, setLooked] = useState("calendar_synced");
  const [headers, setHeaders] = useState(headerLines(webhook?.headers ?? {}));
  const timesError = t("webhook.retries_range", { most: mostRetries });
  const schema = z.object({
    name: z
      .string()
      .check(z.trim(), z.minLength(1, t("form.required")), z.maxLength(100, t("form.too_long", { most: 100 }))),
    webhook_url: z.string().check(
      z.trim(),
      z.minLength(1, t("form.required")),
      z.refine((url) => !["invalid", "scheme", "credentials", "fragment"].includes(doubtsAbout(url) ?? ""), {
        error: (issue) => t(`webhook.url.${doubtsAbout(String(issue.input)) ?? "invalid"}`),
      }),
    ),
    retry_failed: z.boolean(),
    max_retries: z.number({ error: timesError }).check(z.gte(0, timesError), z.lte(mostRetries, timesError)),
  });
  const { register, handleSubmit, watch, formState } = useForm({
    resolver: zodResolver(schema),
    mode: "onTouched",
    defaultValues: {
      name: webhook?.name ?? "",
      webhook_url: webhook?.webhook_url ?? "",
      retry_failed: webhook?.retry_failed ?? true,
      max_retries: webhook?.max_retries ?? usualRetries,
    },
  });
  const call = webhook ? save : create;
  const server = fieldErrors(call.error);
  const doubt = doubtsAbout(watch("webhook_url"));
  const sample = types.data?.find((each) => each.type === looked) ?? types.data?.[0];

  const submit = handleSubmit((values) => {
    if (events.length === 0) return;
    const body = {
      ...values,
      name: values.name.trim(),
      webhook_url: values.webhook_url.trim(),
      events: [...events],
      headers: parsedHeaders(headers),
    };
    if (webhook) save.mutate(body, { onSuccess: onClose });
    else create.mutate(body);
  });

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
            errorLang={lang}
            {...register("name")}
          />
          <TextField
            label={t("webhook.url")}
            inputMode="url"
            spellCheck={false}
            autoCapitalize="off"
            placeholder="https://example.org/hooks"
            error={formState.errors.webhook_url?.message ?? server.webhook_url}
            errorLang={lang}
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
        {types.isError ? (
          <LoadFailed
            what={t("webhook.events")}
            error={types.error}
            onRetry={() => void types.refetch()}
            busy={types.isRefetching}
          />
        ) : types.isPending ? (
          <TableSkeleton rows={4} />
        ) : (
          <div className="grid gap-5 md:grid-cols-2">
            <EventTree
              types={types.data}
              chosen={events}
              onChange={setEvents}
              onLook={setLooked}
              error={events.length === 0 ? t("webhook.no_events") : undefined}
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
        <div className="grid gap-3">
          <Checkbox label={t("webhook.retry")} {...register("retry_failed")} />
          {watch("retry_failed") && (
            <TextField
              type="number"
              min={0}
              max={mostRetries}
              className="max-w-32"
              label={t("webhook.retries_times")}
              help={t("webhook.retries_help")}
              error={formState.errors.max_retries?.message ?? server.max_retries}
              errorLang={lang}
              {...register("max_retries", { valueAsNumber: true })}
            />
          )}
          <TextAreaField
            optional
            rows={2}
            label={t("webhook.headers")}
            help={t("webhook.headers_help")}
            placeholder="X-Team: sales"
            error={server.headers}
            errorLang={lang}
            value={headers}
            onChange={(event) => setHeaders(event.target.value)}
          />
        </div>
      </form>
    </Dialog>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

/** A header a line, as in HTTP; lines without a colon are left out. */
export function parsedHeaders(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found?.[1] ? [[found[1], found[2] ?? ""]] : [])));
}
