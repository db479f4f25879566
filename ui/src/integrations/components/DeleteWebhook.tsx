import { useNavigate } from "@tanstack/react-router";
import { Button } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { useDeleteWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";

export function DeleteWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const remove = useDeleteWebhook(webhook);
  const go = () => {
    remove.mutate(webhook);
    void navigate({ to: "/integrations/webhooks", replace: true });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("webhook.delete_title", { name: webhook.name })}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button variant="danger" icon="trash" onClick={go}>
            {t("webhook.delete")}
          </Button>
        </>
      }
    >
      <p>{t("webhook.delete_lead", { count: webhook.stats.pending })}</p>
    </Dialog>
  );
}
