import { useT } from "@/i18n";
import { CopyButton } from "./Copy";

/** Names a call in the server's log; small, and ready to be copied into a report. */
export function RequestId({ id }: { id: string }) {
  const t = useT();
  return (
    <div className="mt-1 flex min-w-0 items-center gap-1 text-xs text-ink-3">
      <span className="shrink-0">{t("error.request_id")}</span>
      <code className="min-w-0 truncate font-mono">{id}</code>
      <CopyButton iconOnly text={id} label={t("error.copy_request_id")} />
    </div>
  );
}
