import { useNavigate } from "@tanstack/react-router";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { ConnectFlow } from "./ConnectFlow";

export function ConnectDialog({ start, onClose }: { start?: string; onClose: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <Dialog open onClose={onClose} title={t("connect.title")} description={t("connect.lead")}>
      <ConnectFlow
        start={start}
        onDone={(made) => void navigate({ to: "/integrations/calendars/$id", params: { id: made.id } })}
      />
    </Dialog>
  );
}
