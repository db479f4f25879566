import { StatusMark } from "@/components/core";
import { useT } from "@/i18n";
import type { Delivery } from "../types";
import { deliveryTone, isRetrying, knownStatus } from "../webhookState";

type Props = { delivery: Pick<Delivery, "status" | "last_attempt">; plain?: boolean };

/** How far a delivery is; what came later than these screens is named as the server names it. */
export function DeliveryStatus({ delivery, plain }: Props) {
  const t = useT();
  const known = isRetrying(delivery) ? "retrying" : knownStatus(delivery.status);
  return (
    <StatusMark plain={plain} tone={known ? deliveryTone[known] : "off"}>
      {known ? t(`delivery.status.${known}`) : delivery.status}
    </StatusMark>
  );
}
