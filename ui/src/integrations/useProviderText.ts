import { useT } from "@/i18n";
import type { Provider, ProviderField } from "./types";

export type ProviderText = {
  name: string;
  summary: string;
  reads: readonly string[];
  steps: readonly string[];
  label: (field: ProviderField) => string;
  help: (field: ProviderField) => string;
};

/** A provider's texts. They come with the provider, in English; a catalogue may translate them. */
export function useProviderText(): (provider: Provider) => ProviderText {
  const t = useT();
  return (provider) => {
    const own = (key: string, text: string) => t.maybe(`provider.${provider.provider}.${key}`) ?? text;
    return {
      name: t.maybe(`service.${provider.provider}`) ?? provider.name,
      summary: own("summary", provider.summary),
      reads: provider.reads.map((text, at) => own(`reads.${at}`, text)),
      steps: provider.help_steps.map((text, at) => own(`steps.${at}`, text)),
      label: (field) => own(`${field.name}.label`, field.label),
      help: (field) => (field.help ? own(`${field.name}.help`, field.help) : ""),
    };
  };
}
