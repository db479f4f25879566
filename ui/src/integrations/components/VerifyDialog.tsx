import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { Snippets } from "./SecretOnce";

export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} size="lg" title={t("webhook.verify_title")} description={t("webhook.verify_lead")}>
      <Snippets />
    </Dialog>
  );
}
