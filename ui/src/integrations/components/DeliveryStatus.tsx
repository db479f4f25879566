import { StatusMark } from "@/components/core";
import { useT } from "@/i18n";
import { deliveryTone, knownStatus } from "../webhookState";

/** How far a delivery is; what came later than these screens is named as the server names it. */
export function DeliveryStatus({ status, plain }: { status: string; plain?: boolean }) {
  const t = useT();
  const known = knownStatus(status);
  return (
    <StatusMark plain={plain} tone={known ? deliveryTone[known] : "off"}>
      {known ? t(`delivery.status.${known}`) : status}
    </StatusMark>
  );
}
