import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import type { Webhook } from "../types";
import { Snippets } from "./Snippets";

export function VerifyDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} size="lg" title={t("webhook.verify_title")} description={t("webhook.verify_lead")}>
      <Snippets webhook={webhook} />
    </Dialog>
  );
}
