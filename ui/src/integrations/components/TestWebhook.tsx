import { useState } from "react";
import { Button, FormProblem, SelectField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useServerLang, useT } from "@/i18n";
import { useEventTypes, useTestWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { Exchange } from "./Exchange";

/** Sends one event now, and shows all that was said. */
export function TestWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const lang = useServerLang();
  const types = useEventTypes();
  const test = useTestWebhook(webhook.id);
  const [event, setEvent] = useState("test");
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={t("webhook.test_title", { name: webhook.name })}
      description={t("webhook.test_lead")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.close")}</Button>
          <Button variant="primary" busy={test.isPending} onClick={() => test.mutate(event)}>
            {t(test.data ? "webhook.test_again" : "webhook.test_send")}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <SelectField label={t("webhook.test_event")} value={event} onChange={(change) => setEvent(change.target.value)}>
          {(types.data?.map((each) => each.type) ?? ["test"]).map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </SelectField>
        <div aria-live="polite" className="grid gap-4">
          {test.isError && <FormProblem error={test.error} />}
          {test.data && (
            <>
              {test.data.message !== test.data.error && (
                <p lang={lang} className="font-semibold">
                  {test.data.message}
                </p>
              )}
              <Exchange
                request={test.data.request}
                response={test.data.response}
                duration={test.data.duration_ms}
                success={test.data.success}
                error={test.data.error}
              />
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
