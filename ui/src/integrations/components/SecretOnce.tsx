import { Button, CopyButton } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import type { CreatedWebhook } from "../types";
import { Snippets } from "./Snippets";

type Props = { made: CreatedWebhook; rotated?: boolean; onClose: () => void };

/** The secret, this once, and how a receiver checks with it. */
export function SecretOnce({ made, rotated, onClose }: Props) {
  const t = useT();
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={t("webhook.secret_now")}
      description={t(rotated ? "webhook.secret_rotated" : "webhook.secret_once")}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("webhook.secret_stored")}
        </Button>
      }
    >
      <div className="mb-5 flex flex-wrap items-center gap-3 rounded-md border border-accent/40 bg-accent-soft p-3">
        <code className="min-w-0 flex-1 font-mono break-all">{made.secret_key}</code>
        <CopyButton text={made.secret_key} label={t("copy.copy")} />
      </div>
      <Snippets webhook={made} />
    </Dialog>
  );
}
