import { CopyButton } from "@/components/core";
import { useT } from "@/i18n";

/** What receivers check Ed25519 signatures with; no secret, so always shown. */
export function PublicKey({ text }: { text: string }) {
  const t = useT();
  return (
    <div className="flex items-center gap-2">
      <code className="font-mono text-sm break-all">{text}</code>
      <CopyButton iconOnly text={text} label={t("webhook.copy_public_key")} />
    </div>
  );
}
