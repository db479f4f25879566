import { useState } from "react";
import { useFailure } from "@/api/useFailure";
import {
  Button,
  Card,
  CopyAsCurl,
  EmptyState,
  IconButton,
  Later,
  LoadFailed,
  onDemand,
  Section,
  TableSkeleton,
  Time,
} from "@/components/core";
import { useT } from "@/i18n";
import type { ApiKey } from "@/types";
import { useApiKeys } from "../useIdentity";

const NewApiKey = onDemand(() => import("./NewApiKey").then((m) => m.NewApiKey));
const WithdrawApiKey = onDemand(() => import("./WithdrawApiKey").then((m) => m.WithdrawApiKey));

export function ApiKeys({ admin }: { admin: boolean }) {
  const t = useT();
  const list = useApiKeys();
  const failure = useFailure(list);
  const [making, setMaking] = useState(false);
  const [withdrawing, setWithdrawing] = useState<ApiKey | null>(null);
  const close = () => {
    setMaking(false);
    setWithdrawing(null);
  };
  const make = (
    <Button icon="plus" onClick={() => setMaking(true)}>
      {t("keys.make")}
    </Button>
  );
  return (
    <Section
      id="api-keys"
      title={t("keys.title")}
      aside={
        <div className="flex flex-wrap gap-2">
          <CopyAsCurl call={{ path: "/api/v1/api-keys/" }} />
          {list.data && list.data.length > 0 && make}
        </div>
      }
    >
      <p className="mb-3 max-w-2xl text-ink-2">{t("keys.lead")}</p>
      {failure ? (
        <LoadFailed what={t("keys.title")} error={failure} onRetry={() => void list.refetch()} busy={list.isFetching} />
      ) : (
        <Card className="overflow-hidden">
          {!list.data ? (
            <TableSkeleton rows={3} />
          ) : list.data.length === 0 ? (
            <EmptyState quiet title={t("keys.none")} action={make}>
              {t("keys.none_lead")}
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {list.data.map((key) => (
                <KeyRow key={key.id} apiKey={key} onWithdraw={() => setWithdrawing(key)} />
              ))}
            </ul>
          )}
        </Card>
      )}
      <Later asked={making ? "make" : withdrawing?.id} onClose={close}>
        {making && <NewApiKey admin={admin} onClose={close} />}
        {withdrawing && <WithdrawApiKey apiKey={withdrawing} onClose={close} />}
      </Later>
    </Section>
  );
}

function KeyRow({ apiKey, onWithdraw }: { apiKey: ApiKey; onWithdraw: () => void }) {
  const t = useT();
  const expired = apiKey.expires_at !== null && Date.parse(apiKey.expires_at) <= Date.now();
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2.5">
      <div className="min-w-40 flex-1">
        <p className="font-medium">{apiKey.name}</p>
        <p className="text-sm text-ink-3">
          <code className="font-mono">{apiKey.prefix}…</code> ·{" "}
          {apiKey.scopes.map((scope) => t(`scope.${scope}`)).join(", ")}
        </p>
      </div>
      <dl className="flex flex-wrap gap-x-6 text-sm text-ink-2">
        <div>
          <dt className="sr-only">{t("keys.used")}</dt>
          <dd>
            {apiKey.last_used_at
              ? t.rich("keys.used_at", { time: <Time key="t" at={apiKey.last_used_at} /> })
              : t("keys.never_used")}
          </dd>
        </div>
        <div>
          <dt className="sr-only">{t("keys.expiry")}</dt>
          <dd className={expired ? "font-medium text-bad" : undefined}>
            {apiKey.expires_at
              ? t.rich(expired ? "keys.expired_at" : "keys.expires_at", {
                  time: <Time key="t" at={apiKey.expires_at} />,
                })
              : t("keys.no_expiry")}
          </dd>
        </div>
      </dl>
      <IconButton icon="trash" label={t("keys.withdraw", { name: apiKey.name })} onClick={onWithdraw} />
    </li>
  );
}
