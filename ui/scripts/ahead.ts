import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";
import type { Part } from "./catalogue-parts.ts";

/** What is fetched beside the entry, for the pages that a visit begins with. */
type Start = { path: string; code: readonly RegExp[]; words: readonly Part[]; data: readonly string[] };

const address = "/first.js";
const me = "/api/v1/users/me/";
const page = (path: string, name: string, ...words: Part[]): Start => ({
  path: `^${path}/?$`,
  code: [/\/src\/app\/AppShell\.tsx$/, new RegExp(`/pages/${name}\\.tsx$`)],
  words: ["core", ...words],
  data: [me],
});
const starts: readonly Start[] = [
  {
    ...page("(/integrations)?", "IntegrationsOverview", "overview"),
    data: [
      me,
      "/api/v1/integrations/calendar/",
      "/api/v1/integrations/calendar/conflicts/?status=open",
      "/api/v1/integrations/webhooks/",
      "/api/v1/integrations/logs/?limit=8",
    ],
  },
  page("/integrations/calendars", "CalendarIntegrations", "calendars"),
  page("/integrations/calendars/[^/]+", "CalendarDetail", "calendars"),
  page("/integrations/conflicts", "Conflicts", "conflicts"),
  page("/integrations/webhooks", "WebhookIntegrations", "webhooks"),
  page("/integrations/webhooks/[^/]+", "WebhookDetail", "webhooks"),
  page("/integrations/logs", "IntegrationLogs", "logs"),
  page("/profile", "Profile", "profile"),
];

/**
 * Puts the first script into index.html, with the names of the files that the starts need: on a slow network each
 * request that waits for another one costs half a second.
 */
export function ahead(): Plugin {
  const source = new URL("first.js", import.meta.url);
  const script = (known: readonly object[]) =>
    readFileSync(source, "utf8").replace("(AHEAD)", `(${JSON.stringify(known)})`);
  return {
    name: "linkspan-ahead",
    configureServer(server) {
      server.middlewares.use(address, (_request, response) => {
        response.setHeader("Content-Type", "text/javascript");
        response.end(script([]));
      });
    },
    transformIndexHtml: () => [{ tag: "script", attrs: { src: address }, injectTo: "head-prepend" }],
    // only now do the files have their names
    writeBundle({ dir = "dist" }, bundle) {
      const entry = Object.values(bundle).find((each) => each.type === "chunk" && each.isEntry) as Rolldown.OutputChunk;
      const known = starts.map(({ path, code, words, data }) => ({
        path,
        code: filesOf(bundle, entry, code),
        words: Object.fromEntries(
          ["en", "de"].map((locale) => [
            locale,
            filesOf(
              bundle,
              entry,
              words.map((part) => new RegExp(`catalogue:${locale}/${part}$`)),
            ),
          ]),
        ),
        data,
      }));
      const text = script(known);
      const name = `assets/first-${createHash("sha256").update(text).digest("base64url").slice(0, 8)}.js`;
      writeFileSync(join(dir, name), text);
      const page = join(dir, "index.html");
      writeFileSync(page, readFileSync(page, "utf8").replace(`"${address}"`, `"/${name}"`));
    },
  };
}

/** The chunks made from these modules, and all that they import at once, without what the entry brings along. */
function filesOf(bundle: Rolldown.OutputBundle, entry: Rolldown.OutputChunk, modules: readonly RegExp[]): string[] {
  const files = new Set<string>();
  const add = (file: string) => {
    const chunk = bundle[file];
    if (files.has(file) || file === entry.fileName || entry.imports.includes(file) || chunk?.type !== "chunk") return;
    files.add(file);
    for (const each of chunk.imports) add(each);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type === "chunk" && modules.some((each) => each.test(chunk.facadeModuleId ?? ""))) add(chunk.fileName);
  }
  return [...files].map((file) => `/${file}`);
}
