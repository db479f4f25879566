import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useFailure } from "@/api/useFailure";
import {
  Boundary,
  Button,
  Card,
  CardSkeleton,
  CopyAsCurl,
  EmptyState,
  Later,
  LoadFailed,
  onDemand,
  PageHeader,
} from "@/components/core";
import { useT } from "@/i18n";
import { WebhookIntegrationCard } from "../components/WebhookIntegrationCard";
import { useWebhooks } from "../hooks/useWebhooks";

const WebhookForm = onDemand(() => import("../components/WebhookForm").then((m) => m.WebhookForm));

export function WebhookIntegrations() {
  const t = useT();
  const navigate = useNavigate();
  const webhooks = useWebhooks();
  const failure = useFailure(webhooks);
  const [making, setMaking] = useState(false);
  const none = webhooks.data?.length === 0;
  const make = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {t("webhooks.new")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("webhooks.title")}
        lead={t("webhooks.lead")}
        actions={
          <>
            <CopyAsCurl call={{ path: "/api/v1/integrations/webhooks/" }} />
            {webhooks.data && !none && make}
          </>
        }
      />
      {failure ? (
        <LoadFailed
          what={t("webhooks.title")}
          error={failure}
          onRetry={() => void webhooks.refetch()}
          busy={webhooks.isFetching}
        />
      ) : !webhooks.data ? (
        <CardSkeleton cards={2} />
      ) : none ? (
        <Card>
          <EmptyState title={t("webhooks.none")} action={make}>
            {t("webhooks.none_lead")}
          </EmptyState>
        </Card>
      ) : (
        <ul className="grid gap-3">
          {webhooks.data.map((webhook) => (
            <li key={webhook.id}>
              <Boundary what={webhook.name}>
                <WebhookIntegrationCard webhook={webhook} />
              </Boundary>
            </li>
          ))}
        </ul>
      )}
      <Later asked={making && "make"} onClose={() => setMaking(false)}>
        {making && (
          <WebhookForm
            onClose={() => setMaking(false)}
            onMade={(id) => void navigate({ to: "/integrations/webhooks/$id", params: { id } })}
          />
        )}
      </Later>
    </>
  );
}
