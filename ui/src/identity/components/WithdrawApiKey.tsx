import { Button, Time } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import type { ApiKey } from "@/types";
import { useDeleteApiKey } from "../useIdentity";

export function WithdrawApiKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useT();
  const withdraw = useDeleteApiKey();
  const go = () => {
    withdraw.mutate(apiKey);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="sm"
      title={t("keys.withdraw", { name: apiKey.name })}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button variant="danger" onClick={go}>
            {t("keys.withdraw_now")}
          </Button>
        </>
      }
    >
      <p>
        {apiKey.last_used_at
          ? t.rich("keys.withdraw_used", { time: <Time key="t" at={apiKey.last_used_at} /> })
          : t("keys.withdraw_unused")}
      </p>
    </Dialog>
  );
}
