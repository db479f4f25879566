import { createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { snippets } from "./snippets";

type Verify = (key: string, headers: Record<string, string>, body: string) => boolean;

/** The snippet for Node.js, run as a receiver would run it. */
async function receiver(kind: "v1" | "v1a"): Promise<Verify> {
  const code = Buffer.from(snippets[kind]["Node.js"] ?? "").toString("base64");
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)).verify;
}

const secret = randomBytes(24);
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const given = {
  v1: `whsec_${secret.toString("base64")}`,
  v1a: `whpk_${publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64")}`,
};
const body = '{"type":"test","data":{"name":"Zoë"}}';

/** As the server signs while keys rotate: by the new ones, which this receiver does not know, and by the old ones. */
function delivery(age = 0, sent = body) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signed = `msg_1.${timestamp}.${sent}`;
  const signatures = [
    `v1,${randomBytes(32).toString("base64")}`,
    `v1a,${randomBytes(64).toString("base64")}`,
    `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
    `v1a,${sign(null, Buffer.from(signed), privateKey).toString("base64")}`,
  ];
  return { "webhook-id": "msg_1", "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

describe.each(["v1", "v1a"] as const)("a receiver that checks %s", (kind) => {
  it("takes what was signed, and nothing else", async () => {
    const verify = await receiver(kind);
    expect(verify(given[kind], delivery(), body)).toBe(true);
    expect(verify(given[kind], delivery(), body.replace("Zoë", "Eve"))).toBe(false);
    expect(verify(given[kind], delivery(600), body)).toBe(false);
    expect(verify(given[kind], { ...delivery(), "webhook-signature": "v1,AAAA v1a,AAAA" }, body)).toBe(false);
  });

  it("reads in every language that the other reads in", () => {
    expect(Object.keys(snippets[kind])).toEqual(["Node.js", "Python", "Java", "Go", "PHP"]);
  });
});
