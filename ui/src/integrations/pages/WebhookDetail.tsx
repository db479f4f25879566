import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { ApiProblem } from "@/api/problem";
import { useFailure } from "@/api/useFailure";
import {
  Boundary,
  Button,
  ButtonLink,
  Card,
  CardSkeleton,
  CopyAsCurl,
  EmptyState,
  Icon,
  IconButton,
  Later,
  LoadFailed,
  onDemand,
  PageHeader,
  StatusMark,
} from "@/components/core";
import { Menu } from "@/components/core/Menu";
import { Switch } from "@/components/core/Switch";
import { useT } from "@/i18n";
import { Countdown } from "../components/Countdown";
import { Deliveries } from "../components/Deliveries";
import { DeliveryFailures } from "../components/DeliveryFailures";
import { DeliveryStrip } from "../components/DeliveryStrip";
import { PublicKey } from "../components/PublicKey";
import { WebhookNumbers } from "../components/WebhookIntegrationCard";
import { useSwitchWebhook, useWebhook } from "../hooks/useWebhooks";
import type { Webhook } from "../types";
import { disabledBy, stateOf, webhookTone } from "../webhookState";

const WebhookForm = onDemand(() => import("../components/WebhookForm").then((m) => m.WebhookForm));
const TestWebhook = onDemand(() => import("../components/TestWebhook").then((m) => m.TestWebhook));
const RotateSecret = onDemand(() => import("../components/RotateSecret").then((m) => m.RotateSecret));
const ReplayDialog = onDemand(() => import("../components/ReplayDialog").then((m) => m.ReplayDialog));
const DeleteWebhook = onDemand(() => import("../components/DeleteWebhook").then((m) => m.DeleteWebhook));
const VerifyDialog = onDemand(() => import("../components/VerifyDialog").then((m) => m.VerifyDialog));

const route = getRouteApi("/app/integrations/webhooks/$id");

type Asked = "edit" | "test" | "rotate" | "replay" | "delete" | "verify" | null;

export function WebhookDetail() {
  const t = useT();
  const { id } = route.useParams();
  const webhook = useWebhook(id);
  const failure = useFailure(webhook);
  const [asked, setAsked] = useState<Asked>(null);
  const back = (
    <Link
      to="/integrations/webhooks"
      className="mb-2 inline-flex items-center gap-1 rounded-sm text-sm text-ink-2 hover:text-accent"
    >
      <Icon name="left" size={13} /> {t("nav.webhooks")}
    </Link>
  );
  const error = failure ?? webhook.error;
  const gone = error instanceof ApiProblem && error.problem.status === 404;
  if (gone || !webhook.data) {
    return (
      <>
        <PageHeader title={t("webhook.one")} above={back} />
        {!webhook.data && !failure ? (
          <CardSkeleton cards={3} />
        ) : gone ? (
          <Card>
            <EmptyState
              title={t("webhook.missing")}
              action={<ButtonLink to="/integrations/webhooks">{t("nav.webhooks")}</ButtonLink>}
            />
          </Card>
        ) : (
          <LoadFailed
            what={t("webhook.one")}
            error={failure}
            onRetry={() => void webhook.refetch()}
            busy={webhook.isFetching}
          />
        )}
      </>
    );
  }
  const close = () => setAsked(null);
  return (
    <>
      <Head webhook={webhook.data} above={back} ask={setAsked} />
      <div className="grid gap-7">
        <Boundary what={t("webhook.state")}>
          <State webhook={webhook.data} ask={setAsked} />
        </Boundary>
        <Boundary what={t("delivery.title")}>
          <Deliveries webhook={webhook.data} onReplay={() => setAsked("replay")} />
        </Boundary>
      </div>
      <Later asked={asked} onClose={close}>
        {asked === "edit" && <WebhookForm webhook={webhook.data} onClose={close} />}
        {asked === "test" && <TestWebhook webhook={webhook.data} onClose={close} />}
        {asked === "rotate" && <RotateSecret webhook={webhook.data} onClose={close} />}
        {asked === "replay" && <ReplayDialog webhook={webhook.data} onClose={close} />}
        {asked === "delete" && <DeleteWebhook webhook={webhook.data} onClose={close} />}
        {asked === "verify" && <VerifyDialog webhook={webhook.data} onClose={close} />}
      </Later>
    </>
  );
}

type Ask = (what: Asked) => void;

function Head({ webhook, above, ask }: { webhook: Webhook; above: ReactNode; ask: Ask }) {
  const t = useT();
  const navigate = useNavigate();
  const state = stateOf(webhook);
  const { id, name } = webhook;
  return (
    <PageHeader
      above={above}
      title={name}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusMark tone={webhookTone[state]}>{t(`webhook.state.${state}`)}</StatusMark>
          <span className="font-mono text-sm break-all">{webhook.webhook_url}</span>
        </span>
      }
      actions={
        <>
          <CopyAsCurl call={{ path: `/api/v1/integrations/webhooks/${id}/` }} />
          <Button icon="play" variant="primary" onClick={() => ask("test")}>
            {t("webhook.test")}
          </Button>
          <Button onClick={() => ask("edit")}>{t("webhook.edit")}</Button>
          <Menu
            trigger={<IconButton icon="more" label={t("nav.more_for", { name })} />}
            items={[
              { label: t("webhook.rotate"), icon: "key", onSelect: () => ask("rotate") },
              { label: t("webhook.verify"), icon: "shield", onSelect: () => ask("verify") },
              { label: t("webhook.replay"), icon: "sync", onSelect: () => ask("replay") },
              {
                label: t("webhook.logs"),
                icon: "log",
                onSelect: () => void navigate({ to: "/integrations/logs", search: { integration_id: id } }),
              },
              { label: t("webhook.delete"), icon: "trash", danger: true, onSelect: () => ask("delete") },
            ]}
          />
        </>
      }
    />
  );
}

function State({ webhook, ask }: { webhook: Webhook; ask: Ask }) {
  const t = useT();
  const turn = useSwitchWebhook(webhook.id);
  const { is_active, disabled_reason } = webhook;
  return (
    <Card aria-label={t("webhook.state")}>
      {disabled_reason && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-t-lg border-b border-line bg-warn-soft px-4 py-2.5 text-warn">
          <p className="min-w-0 flex-1 basis-64">{t(`webhook.disabled.${disabledBy(disabled_reason)}`)}</p>
          <Button size="sm" variant="primary" onClick={() => turn.mutate({ is_active: true, replay_missed: true })}>
            {t("webhook.switch_on_replay")}
          </Button>
          <Button size="sm" onClick={() => turn.mutate({ is_active: true })}>
            {t("webhook.switch_on")}
          </Button>
        </div>
      )}
      <DeliveryFailures webhook={webhook} />
      <div className="grid gap-x-8 gap-y-4 p-4 md:grid-cols-2">
        <Facts webhook={webhook} />
        <div className="grid content-start gap-3">
          <DeliveryStrip stats={webhook.stats} />
          <Switch label={t("webhook.active")} checked={is_active} onChange={(on) => turn.mutate({ is_active: on })} />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2.5">
        <WebhookNumbers webhook={webhook} />
        {webhook.stats.failed_24h > 0 && (
          <Button size="sm" className="md:order-first" onClick={() => ask("replay")}>
            {t("webhook.replay")}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Facts({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const { events, secret_overlap_until, public_key, rate_limit, ordering_key } = webhook;
  const facts: [string, ReactNode][] = [
    [t("webhook.events"), events.includes("*") ? t("webhook.all_events") : events.join(", ")],
    [
      t("webhook.secret"),
      <>
        <code className="font-mono">{webhook.secret_hint}</code>{" "}
        {secret_overlap_until && (
          <span className="text-warn">
            {t("webhook.overlap_ends")} <Countdown until={secret_overlap_until} />
          </span>
        )}
      </>,
    ],
    [t("webhook.public_key"), public_key && <PublicKey text={public_key} />],
    [
      t("webhook.retries"),
      webhook.retry_failed ? t("webhook.retries_most", { count: webhook.max_retries }) : t("webhook.retries_off"),
    ],
    [t("webhook.limit"), rate_limit && t("webhook.limit_value", { count: rate_limit })],
    [t("webhook.order"), ordering_key && <code className="font-mono">{ordering_key}</code>],
  ];
  return (
    <dl className="grid content-start gap-3">
      {facts.map(
        ([what, value]) =>
          value && (
            <div key={what}>
              <dt className="text-sm text-ink-3">{what}</dt>
              <dd className="font-medium">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
