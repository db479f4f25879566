import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type MessageFormatElement, parse } from "@formatjs/icu-messageformat-parser";
import { createIntl } from "react-intl";
import { describe, expect, it } from "vitest";
import { isInPart, type Part, parts } from "../../scripts/catalogue-parts";
import german from "./de.json";
import english from "./en.json";
import { pseudo } from "./pseudo";

const en: Record<string, string> = english;
const de: Record<string, string> = german;

function placeholders(text: string): string[] {
  const found = new Set<string>();
  const walk = (elements: MessageFormatElement[]) => {
    for (const element of elements) {
      if (element.type !== 0 && element.type !== 7) found.add(String(element.value));
      if ("options" in element) for (const option of Object.values(element.options)) walk(option.value);
      if ("children" in element) walk(element.children);
    }
  };
  walk(parse(text));
  return [...found].sort();
}

function sources(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /(?<!\.test)\.tsx?$/.test(name) && name !== "schema.ts" ? [readFileSync(path, "utf8")] : [];
  });
}

const root = join(import.meta.dirname, "..");

/** Ids that a module names, whole or by their beginning. */
function saidIn(code: string): string[] {
  const whole = [...code.matchAll(/"([a-z_0-9]+(?:\.[a-z_0-9]+)+)"/g)].map((match) => match[1] ?? "");
  const begun = [...code.matchAll(/\bt(?:\.maybe)?\(`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((match) => match[1] ?? "");
  const ids = Object.keys(en);
  return [
    ...whole.filter((id) => id in en),
    ...ids.filter((id) => begun.some((beginning) => id.startsWith(beginning))),
  ];
}

/** The modules that one brings along, and the parts of the catalogues that are loaded with them. */
function importsOf(file: string, code: string): { target: string; parts: Part[] }[] {
  const lazy = /(?:withWords\(\s*(?<words>"\w+"|\[[^\]]*\]),\s*)?(?<!\btypeof )import\(\s*"(?<from>[^"]+)"\s*\)/g;
  const fixed = /^(?:import|export)\s+(?!type\b)(?:[^;"]*?\sfrom\s+)?"(?<from>[^"]+)"/gm;
  return [...code.matchAll(fixed), ...code.matchAll(lazy)].flatMap(({ groups = {} }) => {
    const from = groups.from ?? "";
    const base = from.startsWith("@/")
      ? join(root, from.slice(2))
      : from.startsWith(".")
        ? join(file, "..", from)
        : null;
    const target = base && [".ts", ".tsx", "/index.ts", "/index.tsx"].map((end) => base + end).find(existsSync);
    const brought = (groups.words?.match(/\w+/g) ?? []) as Part[];
    return target ? [{ target, parts: brought }] : [];
  });
}

describe("the catalogues", () => {
  it("say everything in German that they say in English", () => {
    // what a provider says of itself comes from the server in English; only other languages translate it
    const translated = Object.keys(de).filter((id) => !id.startsWith("provider."));
    expect(translated.sort()).toEqual(Object.keys(en).sort());
  });

  it("use the same placeholders in both languages", () => {
    const different = Object.keys(en).filter(
      (id) => placeholders(en[id] ?? "").join() !== placeholders(de[id] ?? "").join(),
    );
    expect(different).toEqual([]);
  });

  it("have no word that nothing says", () => {
    const code = sources(join(import.meta.dirname, "..")).join("\n");
    const built = [...code.matchAll(/[`"]([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map((match) => match[1] ?? "");
    const unused = Object.keys(en).filter(
      (id) => !code.includes(`"${id}"`) && !built.some((beginning) => id.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });

  it("put every part in the reach of what needs it", () => {
    for (const [part, beginnings] of Object.entries(parts)) {
      for (const beginning of beginnings) {
        const known = [...Object.keys(en), ...Object.keys(de)].some((id) => id.startsWith(beginning));
        expect(known, `${part} names ${beginning}`).toBe(true);
      }
    }
    expect(isInPart("action.save", "core")).toBe(true);
    expect(isInPart("logs.title", "core")).toBe(false);
  });

  it("are loaded with whatever says them, on whichever page one begins", () => {
    const missing = new Set<string>();
    const seen = new Set<string>();
    const follow = (file: string, spoken: ReadonlySet<Part>) => {
      const visit = `${file} ${[...spoken].sort()}`;
      if (seen.has(visit)) return;
      seen.add(visit);
      const code = readFileSync(file, "utf8");
      // one file of hooks serves several pages, each with words of its own
      for (const id of file.includes("/hooks/") ? [] : saidIn(code)) {
        if (![...spoken].some((part) => isInPart(id, part))) missing.add(`${relative(root, file)}: ${id}`);
      }
      for (const { target, parts: brought } of importsOf(file, code)) follow(target, new Set([...spoken, ...brought]));
    };
    follow(join(root, "main.tsx"), new Set(["core"]));
    expect(seen.size).toBeGreaterThan(100);
    expect([...missing].sort()).toEqual([]);
  });

  it("can be stretched to find text that is in none of them", () => {
    const stretched = pseudo(Object.fromEntries(Object.entries(en).map(([id, text]) => [id, parse(text)])));
    const intl = createIntl({ locale: "en", messages: stretched });
    expect(intl.formatMessage({ id: "action.save" })).toBe("[Sàvé~~]");
    expect(intl.formatMessage({ id: "keys.days" }, { count: 3 })).toMatch(/^\[3 dàýs~~\]$/);
  });
});
