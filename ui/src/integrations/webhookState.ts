import type { Tone } from "@/components/core";
import type { Delivery, Webhook } from "./types";

/** A webhook is one of these, and its card says which. */
export type WebhookState = "gone" | "failing" | "off" | "retrying" | "troubled" | "well" | "quiet";

const troubledBelow = 0.95;

export function stateOf({ disabled_reason, is_active, stats }: Webhook): WebhookState {
  if (disabled_reason) return disabledBy(disabled_reason);
  if (!is_active) return "off";
  const success = successOf(stats);
  if (success === null || stats.success_rate === null) return stats.retrying > 0 ? "retrying" : "quiet";
  if (success < troubledBelow) return "troubled";
  return stats.retrying > 0 ? "retrying" : "well";
}

/** Of all attempts within a day those that succeeded, from 0 to 1, never rounded up; null when there were none. */
export function successOf({ attempts_24h, failed_attempts_24h }: Webhook["stats"]): number | null {
  if (attempts_24h === 0) return null;
  return Math.floor((1000 * (attempts_24h - failed_attempts_24h)) / attempts_24h) / 1000;
}

/** Why the server switched it off, of the reasons that there are words for. */
export function disabledBy(reason: string): "gone" | "failing" {
  return reason === "gone" ? reason : "failing";
}

/** Whether most of what was sent in 24 hours was given up, or nothing arrives at all; it is not switched off yet. */
export function mostIsLost({ is_active, stats }: Webhook): boolean {
  if (!is_active) return false;
  if (stats.failed_24h > 0 && (stats.success_rate ?? 0) < 0.5) return true;
  return stats.delivered_24h === 0 && stats.pending > 0 && stats.next_retry_at !== null;
}

export const webhookTone: Record<WebhookState, Tone> = {
  gone: "bad",
  failing: "bad",
  off: "off",
  retrying: "warn",
  troubled: "warn",
  well: "well",
  quiet: "off",
};

/** Whether it was tried in vain, and is tried again. */
export function isRetrying({ status, last_attempt }: Pick<Delivery, "status" | "last_attempt">): boolean {
  return status === "pending" && last_attempt !== null && last_attempt.error !== null;
}

export const deliveryTone = {
  pending: "waiting",
  retrying: "warn",
  delivered: "well",
  failed: "bad",
} as const satisfies Record<string, Tone>;

/** A status that an answer names, or nothing for one that came later than these screens. */
export function knownStatus(status: string): keyof typeof deliveryTone | null {
  return status in deliveryTone ? (status as keyof typeof deliveryTone) : null;
}

/** What the receiver has to sign again to check a delivery (Standard Webhooks). */
export function signatureBase(headers: Readonly<Record<string, string>>, body: string): string | null {
  const found = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const id = found.get("webhook-id");
  const timestamp = found.get("webhook-timestamp");
  return id && timestamp ? `${id}.${timestamp}.${body}` : null;
}

export type UrlDoubt = "invalid" | "scheme" | "credentials" | "fragment" | "plain" | "private";

/** What is wrong with an address before it is sent anywhere; `plain` and `private` are only warnings. */
export function doubtsAbout(text: string): UrlDoubt | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return "invalid";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "scheme";
  if (url.username || url.password) return "credentials";
  if (url.hash) return "fragment";
  if (isPrivate(url.hostname)) return "private";
  return url.protocol === "http:" ? "plain" : null;
}

const privateV4 = /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
/** Loopback, unspecified, unique local, link local, and IPv4 written as IPv6: the server tells its networks apart. */
const privateV6 = /^\[(::1?\]|f[cd]|fe[89ab]|::ffff:)/;

/** Whether a host, as `URL` writes it, is on this machine or in a network of one's own. Names are not looked up. */
function isPrivate(host: string): boolean {
  if (host.startsWith("[")) return privateV6.test(host);
  if (/^\d+(\.\d+){3}$/.test(host)) return privateV4.test(host);
  return /(^|\.)(localhost|local|internal)$/.test(host);
}
