import type { UseFormReturn } from "react-hook-form";
import { Checkbox, TextAreaField, TextField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import type { WebhookEventType } from "../types";
import { mostRetries, orderedBy, type WebhookFormValues } from "../webhookForm";

type Props = {
  form: UseFormReturn<WebhookFormValues>;
  /** What the server said of a field. */
  refused: Readonly<Record<string, string>>;
  sample: WebhookEventType | undefined;
};

/** How deliveries go: tried again, slowed down, in order, signed, with which headers. */
export function WebhookDeliveryFields({ form, refused, sample }: Props) {
  const t = useT();
  const lang = useServerLang();
  const { register, watch, formState } = form;
  const shown = (name: keyof WebhookFormValues) => ({
    error: formState.errors[name]?.message ?? refused[name],
    errorLang: formState.errors[name] ? undefined : lang,
  });
  const key = watch("ordering_key").trim();
  const found = sample && key && !formState.errors.ordering_key ? orderedBy(sample.example, key) : null;
  return (
    <fieldset className="grid gap-4">
      <legend className="mb-1.5 font-medium">{t("delivery.title")}</legend>
      <Checkbox label={t("webhook.retry")} {...register("retry_failed")} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {watch("retry_failed") && (
          <TextField
            type="number"
            min={0}
            max={mostRetries}
            label={t("webhook.retries_times")}
            help={t("webhook.retries_help")}
            {...shown("max_retries")}
            {...register("max_retries", { valueAsNumber: true, shouldUnregister: true })}
          />
        )}
        <TextField
          optional
          inputMode="numeric"
          autoComplete="off"
          label={t("webhook.rate")}
          help={t("webhook.rate_help")}
          {...shown("rate_limit")}
          {...register("rate_limit")}
        />
        <TextField
          optional
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          placeholder="data.booking.id"
          className="font-mono"
          label={t("webhook.order")}
          help={
            <>
              {t("webhook.order_help")}
              {sample && key && (
                <span className="mt-1 block text-ink-2">
                  {found === null
                    ? t("webhook.order_missing", { type: sample.type })
                    : t("webhook.order_found", { type: sample.type, value: found })}
                </span>
              )}
            </>
          }
          {...shown("ordering_key")}
          {...register("ordering_key")}
        />
        <TextAreaField
          optional
          rows={2}
          label={t("webhook.headers")}
          help={t("webhook.headers_help")}
          placeholder="X-Team: sales"
          {...shown("headers")}
          {...register("headers")}
        />
      </div>
      <div>
        <Checkbox label={t("webhook.ed25519")} {...register("ed25519")} />
        <p className="ml-6 text-sm text-ink-3">{t("webhook.ed25519_help")}</p>
      </div>
    </fieldset>
  );
}
