import { useState } from "react";
import { Button, FormProblem, SelectField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { useRotateSecret } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { SecretOnce } from "./SecretOnce";

const overlaps = [24, 1, 72, 168, 0] as const;

export function RotateSecret({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const rotate = useRotateSecret(webhook.id);
  const [hours, setHours] = useState<number>(24);
  if (rotate.data) return <SecretOnce rotated={hours > 0} made={rotate.data} onClose={onClose} />;
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("webhook.rotate")}
      description={t("webhook.rotate_lead")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" busy={rotate.isPending} onClick={() => rotate.mutate(hours)}>
            {t("webhook.rotate_now")}
          </Button>
        </>
      }
    >
      {rotate.isError && <FormProblem error={rotate.error} />}
      <SelectField
        label={t("webhook.overlap")}
        value={hours}
        onChange={(event) => setHours(Number(event.target.value))}
        help={t(hours ? "webhook.overlap_help" : "webhook.overlap_none_help")}
      >
        {overlaps.map((each) => (
          <option key={each} value={each}>
            {each ? t("webhook.overlap_hours", { count: each }) : t("webhook.overlap_none")}
          </option>
        ))}
      </SelectField>
    </Dialog>
  );
}
