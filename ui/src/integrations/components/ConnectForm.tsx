import { useForm } from "react-hook-form";
import { fieldErrors } from "@/api/problem";
import { Button, FormProblem, Icon, TextField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { PasswordField } from "@/identity/PasswordField";
import type { Provider, ProviderField } from "../types";
import { useProviderText } from "../useProviderText";

export type Values = Record<string, string>;

type Props = {
  provider: Provider;
  fields?: readonly ProviderField[];
  defaults?: Values;
  error: unknown;
  busy: boolean;
  submitLabel: string;
  onSubmit: (values: Values) => void;
  onBack?: (typed: Values) => void;
};

/** People write `cloud.example.org`; the contract wants an address. */
export function withScheme(value: string): string {
  const trimmed = value.trim();
  return trimmed === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
}

/** Codes that tell which field to look at, where the answer names none. */
const culprits: Record<string, string> = {
  wrong_password: "password",
  unreachable: "server_url|url",
  forbidden_address: "server_url|url",
  tls_failed: "server_url|url",
  not_caldav: "server_url",
  not_a_feed: "url",
  web_page: "server_url|url",
  bad_address: "server_url|url",
  unknown_host: "server_url|url",
  no_calendars: "server_url",
};

export function blamed(
  error: unknown,
  code: string | undefined,
  fields: readonly ProviderField[],
): Record<string, string> {
  const named = fieldErrors(error);
  if (Object.keys(named).length > 0 || !code) return named;
  const field = culprits[code]?.split("|").find((name) => fields.some((each) => each.name === name));
  return field ? { [field]: "" } : {};
}

/** The form that the provider's catalogue entry describes. What was typed survives a failure. */
export function ConnectForm({
  provider,
  fields = provider.connect.fields,
  defaults,
  error,
  busy,
  submitLabel,
  onSubmit,
  onBack,
}: Props) {
  const t = useT();
  const lang = useServerLang();
  const text = useProviderText()(provider);
  const { register, handleSubmit, formState, getValues } = useForm<Values>({
    defaultValues: { ...Object.fromEntries(fields.map((field) => [field.name, ""])), ...defaults },
  });
  const code =
    error && typeof error === "object" && "problem" in error ? (error.problem as { code: string }).code : undefined;
  const refused = blamed(error, code, fields);
  const begins = fields.find((field) => field.required);

  const submit = handleSubmit((values) => {
    const sent: Values = {};
    for (const field of fields) {
      const raw = values[field.name] ?? "";
      const value = field.type === "url" ? withScheme(raw) : field.type === "password" ? raw : raw.trim();
      if (value !== "") sent[field.name] = value;
    }
    onSubmit(sent);
  });

  const error_of = (field: ProviderField) => {
    const local = formState.errors[field.name]?.message;
    if (local) return { error: local };
    const said = refused[field.name];
    if (said === undefined) return {};
    return said ? { error: said, errorLang: lang } : { error: t.maybe(`problem.${code}.field`) ?? t("form.check") };
  };

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      {Boolean(error) && <FormProblem error={error} />}
      {fields.map((field) => {
        const shared = {
          label: text.label(field),
          help: text.help(field) || undefined,
          optional: !field.required,
          "data-begins": field === begins || undefined,
          autoComplete: "off",
          ...error_of(field),
          ...register(field.name, {
            validate: (value) => !field.required || value.trim() !== "" || t("form.required"),
          }),
        };
        return field.type === "password" ? (
          <PasswordField key={field.name} {...shared} autoComplete="new-password" />
        ) : (
          <TextField
            key={field.name}
            {...shared}
            type="text"
            inputMode={field.type === "url" ? "url" : field.type === "email" ? "email" : undefined}
            spellCheck={false}
            autoCapitalize="off"
          />
        );
      })}
      <p className="flex gap-2 text-sm text-ink-3">
        <Icon name="shield" size={14} className="mt-0.5" />
        {t("connect.tested")}
      </p>
      <div className="flex flex-wrap justify-between gap-2">
        {onBack ? (
          <Button icon="left" onClick={() => onBack(getValues())}>
            {t("action.back")}
          </Button>
        ) : (
          <span />
        )}
        <Button type="submit" variant="primary" busy={busy}>
          {busy ? t("connect.testing") : submitLabel}
        </Button>
      </div>
    </form>
  );
}
