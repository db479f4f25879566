// Verifies deliveries as a receiver in JavaScript does: one JSON object a line on standard input, one verdict a line on
// standard output. The body is base64, because what was tampered with need not be text.
import { createInterface } from "node:readline";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const receivers = new Map();
const verdicts = [];

function receiver(secret) {
  if (!receivers.has(secret)) receivers.set(secret, new Webhook(secret));
  return receivers.get(secret);
}

function verdict({ secret, id, timestamp, signature, body }) {
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  try {
    receiver(secret).verify(Buffer.from(body, "base64"), headers);
    return "verified";
  } catch (error) {
    return error instanceof WebhookVerificationError ? "refused" : `broke: ${error}`;
  }
}

for await (const line of createInterface({ input: process.stdin })) verdicts.push(verdict(JSON.parse(line)));
process.stdout.write(`${verdicts.join("\n")}\n`);
