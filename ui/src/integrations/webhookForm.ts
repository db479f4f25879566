import * as z from "zod/mini";
import type { Translate } from "@/i18n";
import type { CreateWebhook, Webhook } from "./types";
import { doubtsAbout } from "./webhookState";

export const mostRetries = 100;
const usualRetries = 9;
const mostRequests = 1000;
const data = /^data\./;

/** What the form asks for, each in the shape of its field; events are chosen beside it. */
export function webhookSchema(t: Translate) {
  const times = t("webhook.retries_range", { most: mostRetries });
  const rate = t("webhook.rate_range", { most: mostRequests });
  return z.object({
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
    // not there while nothing is tried again: what cannot be seen must not be wrong
    max_retries: z.optional(z.int({ error: times }).check(z.gte(0, times), z.lte(mostRetries, times))),
    rate_limit: z.string().check(
      z.trim(),
      z.refine(
        (text) => text === "" || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= mostRequests),
        rate,
      ),
    ),
    ordering_key: z
      .string()
      .check(
        z.trim(),
        z.maxLength(200, t("form.too_long", { most: 200 })),
        z.regex(/^$|^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, t("webhook.order_invalid")),
      ),
    ed25519: z.boolean(),
    headers: z.string(),
  });
}

export type WebhookFormValues = z.infer<ReturnType<typeof webhookSchema>>;

/** How the form begins. */
export function formOf(webhook: Webhook | undefined): WebhookFormValues {
  return {
    name: webhook?.name ?? "",
    webhook_url: webhook?.webhook_url ?? "",
    retry_failed: webhook?.retry_failed ?? true,
    max_retries: webhook?.max_retries ?? usualRetries,
    rate_limit: String(webhook?.rate_limit ?? ""),
    ordering_key: webhook?.ordering_key ?? "",
    ed25519: webhook?.signatures.includes("v1a") ?? false,
    headers: Object.entries(webhook?.headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  };
}

/** What is sent; empty fields take away what there was. */
export function bodyOf(values: WebhookFormValues, events: readonly string[]): CreateWebhook {
  const { ed25519, rate_limit, ordering_key, headers, ...rest } = values;
  return {
    ...rest,
    events: [...events],
    rate_limit: rate_limit === "" ? null : Number(rate_limit),
    ordering_key: ordering_key || null,
    signatures: ed25519 ? ["v1", "v1a"] : ["v1"],
    headers: parsedHeaders(headers),
  };
}

/** A header a line, as in HTTP; lines without a colon are left out. */
export function parsedHeaders(text: string): Record<string, string> {
  const lines = text.split("\n").map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found?.[1] ? [[found[1], found[2] ?? ""]] : [])));
}

/** What an event has at an ordering key, which may begin with `data.` or not; null where it has nothing. */
export function orderedBy(event: unknown, key: string): string | null {
  let value = (event as { data?: unknown } | null)?.data;
  for (const member of key.replace(data, "").split(".")) value = (value as Record<string, unknown> | null)?.[member];
  return value === undefined || value === null
    ? null
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}
