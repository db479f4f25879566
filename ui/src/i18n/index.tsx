import german from "catalogue:de";
import english from "catalogue:en";
import { createContext, type ReactNode, use, useMemo } from "react";
import { createIntl, createIntlCache, type IntlShape, RawIntlProvider, useIntl } from "react-intl";
import { keepUntilShown } from "@/api/failures";
import { type Locale, preferences, usePreferences } from "@/app/preferences";
import type { Part } from "../../scripts/catalogue-parts";
import type source from "./en.json";

export type MessageId = keyof typeof source;
type Words = Record<string, unknown>;
type Value = string | number | boolean | Date | null | undefined;

const cache = createIntlCache();
/** The parts that pages on the way here have asked for. */
const wanted = new Set<Part>(["core"]);
const words = new Map<Locale, Words>();
const loading = new Map<string, Promise<void>>();
const ready = new Map<string, Promise<IntlShape>>();

async function part(locale: Locale, name: Part): Promise<Words> {
  if (locale === "de") return (await german[name]()).default;
  const messages = (await english[name]()).default;
  return locale === "pseudo" ? (await import("./pseudo")).pseudo(messages) : messages;
}

function load(locale: Locale, name: Part): Promise<void> {
  const key = `${locale}/${name}`;
  let promise = loading.get(key);
  if (!promise) {
    const known = words.get(locale) ?? {};
    words.set(locale, known);
    promise = part(locale, name).then((messages) => {
      Object.assign(known, messages);
    });
    promise.catch(() => loading.delete(key));
    loading.set(key, promise);
  }
  return promise;
}

/** The words of a locale, as far as they are wanted; the same promise each time, so that it can be used. */
export function loadIntl(locale: Locale): Promise<IntlShape> {
  const key = `${locale}:${[...wanted].join()}`;
  let intl = ready.get(key);
  if (!intl) {
    intl = Promise.all([...wanted].map((name) => load(locale, name))).then(() =>
      createIntl(
        {
          locale: regional(locale === "pseudo" ? "en" : locale),
          messages: words.get(locale) as never,
          onError: refuseHoles,
        },
        cache,
      ),
    );
    ready.set(key, intl);
    intl.catch(() => keepUntilShown(() => ready.delete(key)));
  }
  return intl;
}

/** Loads code and the part of the catalogue that it speaks with, side by side. */
export async function withWords<T>(names: Part | readonly Part[], code: Promise<T>): Promise<T> {
  // when neither comes, one of the two failures is told
  code.catch(() => {});
  const missing = (typeof names === "string" ? [names] : names).filter((name) => !wanted.has(name));
  await Promise.all(missing.map((name) => load(preferences().locale, name)));
  // the words are in the catalogue that is in use; a change of locale will fetch them for itself
  const before = loadIntl(preferences().locale);
  for (const name of missing) wanted.add(name);
  if (missing.length) ready.set(`${preferences().locale}:${[...wanted].join()}`, before);
  return code;
}

/** en-GB stays en-GB, so that its dates look as its reader expects. */
function regional(tag: string): string {
  return navigator.languages?.find((language) => language.split("-")[0] === tag) ?? tag;
}

function refuseHoles(error: Error) {
  if (import.meta.env.DEV) throw error;
}

const LocaleContext = createContext<Locale>("en");

export function Translations({ children }: { children: ReactNode }) {
  const { locale } = usePreferences();
  const intl = use(loadIntl(locale));
  document.documentElement.lang = locale === "pseudo" ? "en" : locale;
  return (
    <LocaleContext value={locale}>
      <RawIntlProvider value={intl}>{children}</RawIntlProvider>
    </LocaleContext>
  );
}

export type Translate = {
  (id: MessageId, values?: Record<string, Value>): string;
  /** With markup: tags of the message are functions from their content. */
  rich: (id: MessageId, values: Record<string, Value | ReactNode | ((parts: ReactNode[]) => ReactNode)>) => ReactNode;
  /** The text for an id that is put together at run time, or null where there is none. */
  maybe: (id: string, values?: Record<string, Value>) => string | null;
};

export function useT(): Translate {
  const intl = useIntl();
  return useMemo(() => {
    const t = ((id, values) => intl.formatMessage({ id }, values)) as Translate;
    t.rich = (id, values) => intl.formatMessage({ id }, values as never) as ReactNode;
    t.maybe = (id, values) => (id in intl.messages ? intl.formatMessage({ id }, values) : null);
    return t;
  }, [intl]);
}

/** Whether texts that come from the server, which are English, need to be marked as such. */
export function useServerLang(): "en" | undefined {
  return use(LocaleContext) === "en" ? undefined : "en";
}
