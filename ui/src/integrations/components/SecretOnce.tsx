import { ShownOnce } from "@/components/core/ShownOnce";
import { useT } from "@/i18n";
import type { CreatedWebhook } from "../types";
import { Snippets } from "./Snippets";

type Props = { made: CreatedWebhook; rotated?: boolean; onClose: () => void };

/** The secret, this once, and how a receiver checks with it. */
export function SecretOnce({ made, rotated, onClose }: Props) {
  const t = useT();
  return (
    <ShownOnce
      size="lg"
      title={t("webhook.secret_now")}
      description={t(rotated ? "webhook.secret_rotated" : "webhook.secret_once")}
      secret={made.secret_key}
      stored={t("webhook.secret_stored")}
      onClose={onClose}
    >
      <Snippets webhook={made} />
    </ShownOnce>
  );
}
