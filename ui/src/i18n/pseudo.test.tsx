import { waitFor } from "@testing-library/react";
import { afterAll, describe, expect, it } from "vitest";
import { prefer } from "@/app/preferences";
import { serveWorld, visit } from "@/test/pages";
import { answer, integrations, webhooks } from "@/test/world";

const [account] = integrations as [(typeof integrations)[0]];
const [crm] = webhooks as [(typeof webhooks)[0]];

/** Everything that the server says, as words: what it wrote is in no catalogue. */
const served = new Set<string>();
function take(value: unknown) {
  if (typeof value === "string") for (const word of value.split(/[^\p{L}\p{N}_]+/u)) served.add(word);
  else if (value && typeof value === "object") {
    for (const [name, each] of Object.entries(value)) {
      take(name);
      take(each);
    }
  }
}
const base = "/api/v1/integrations";
for (const path of [
  "/api/v1/users/me/",
  "/api/v1/api-keys/",
  "/api/v1/availability/free-busy/",
  `${base}/providers/`,
  `${base}/calendar/`,
  `${base}/calendar/conflicts/`,
  `${base}/webhooks/`,
  `${base}/webhooks/event-types/`,
  `${base}/webhooks/${crm.id}/deliveries/`,
  `${base}/logs/`,
  ...integrations.flatMap(({ id }) => [`${base}/calendar/${id}/calendars/`, `${base}/calendar/${id}/syncs/`]),
])
  take(answer("GET", path, new URLSearchParams({ limit: "200" })));

/** Names that are the same in every language. */
const names = "Linkspan curl CSV NDJSON JSON LINKSPAN_API_KEY Deutsch English Pseudo CET UTC".split(" ");
const dates =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun|\w+day|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|January|February|March|April|June|July|August|September|October|November|December|AM|PM|ms|min|hr|day|days)$/;
const lettered = /[A-Za-z]{2,}/g;

/** Words on the screen, spoken ones included, that the pseudo-locale has not touched. */
function plainWords(): string[] {
  const found = new Set<string>();
  const look = (text: string | null) => {
    for (const word of text?.match(/[\p{L}\p{N}_]+/gu) ?? []) {
      const spoken = word.match(lettered) !== null && /[aceinouy]/i.test(word) && /^[\x20-\x7e]+$/.test(word);
      if (spoken && !served.has(word) && !names.includes(word) && !dates.test(word)) found.add(word);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // times are written by the browser, code is no prose, and a monogram is cut from a name
    if (!node.parentElement?.closest("time, code, pre, kbd, [data-monogram], option[value*='/']")) look(node.nodeValue);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
    if (element.tagName === "TIME") continue;
    for (const name of ["aria-label", "placeholder", "title", "alt"]) look(element.getAttribute(name));
  }
  return [...found];
}

describe("the pages in the pseudo-locale", () => {
  afterAll(() => prefer("locale", "en"));

  it.each([
    "/integrations",
    "/integrations/calendars",
    `/integrations/calendars/${account.id}`,
    "/integrations/conflicts",
    "/integrations/conflicts?view=days",
    "/integrations/webhooks",
    `/integrations/webhooks/${crm.id}`,
    "/integrations/logs",
    "/profile",
    "/sign-in",
    "/integrations/nothing",
  ])("%s says nothing that is in no catalogue", async (path) => {
    serveWorld();
    const { container, client } = await visit(path, "pseudo");
    await waitFor(() => expect(container.querySelector("h1")).not.toBeNull());
    await waitFor(() => expect(client.isFetching()).toBe(0));
    expect(container.querySelector("h1")?.textContent).toMatch(/\S/);
    expect(plainWords()).toEqual([]);
  });
});
