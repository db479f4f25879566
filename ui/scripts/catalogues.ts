import { readFileSync } from "node:fs";
import { parse } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";
import { isInPart, type Part, parts } from "./catalogue-parts.ts";

const prefix = "catalogue:";

/**
 * Makes `catalogue:en` the loaders of a catalogue's parts. Messages are parsed at build time, so that
 * no parser is sent to the browser, and a page's words come with the page.
 */
export function catalogues(): Plugin {
  const file = (locale: string) => new URL(`../src/i18n/${locale}.json`, import.meta.url);
  return {
    name: "linkspan-catalogues",
    enforce: "pre",
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : null;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const [locale = "", part] = id.slice(prefix.length + 1).split("/");
      if (!part) {
        const loaders = ["core", ...Object.keys(parts)].map(
          (each) => `${each}: () => import("${prefix}${locale}/${each}")`,
        );
        return `export default { ${loaders.join(", ")} }`;
      }
      this.addWatchFile(file(locale).pathname);
      const messages = Object.entries(JSON.parse(readFileSync(file(locale), "utf8")) as Record<string, string>)
        .filter(([key]) => isInPart(key, part as Part))
        .map(([key, text]) => [key, parse(text)]);
      return `export default ${JSON.stringify(Object.fromEntries(messages))}`;
    },
  };
}
