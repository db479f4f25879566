import { Link } from "@tanstack/react-router";
import { useFailure } from "@/api/useFailure";
import { ButtonLink, Card, EmptyState, Icon, LoadFailed, Section, TableSkeleton, Time } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { useRecentLogs } from "../hooks/useLogs";

export function RecentActivity() {
  const t = useT();
  const lang = useServerLang();
  const logs = useRecentLogs();
  const failure = useFailure(logs);
  return (
    <Section
      id="recent"
      title={t("recent.title")}
      aside={
        <ButtonLink variant="quiet" size="sm" to="/integrations/logs">
          {t("recent.all")}
        </ButtonLink>
      }
    >
      {failure ? (
        <LoadFailed
          what={t("recent.title")}
          error={failure}
          onRetry={() => void logs.refetch()}
          busy={logs.isFetching}
        />
      ) : (
        <Card className="overflow-hidden">
          {!logs.data ? (
            <TableSkeleton rows={5} />
          ) : logs.data.results.length === 0 ? (
            <EmptyState quiet title={t("recent.none")}>
              {t("recent.none_lead")}
            </EmptyState>
          ) : (
            <ol className="divide-y divide-line">
              {logs.data.results.map((entry) => (
                <li key={entry.id}>
                  <Link
                    to="/integrations/logs"
                    search={{ entry: entry.id }}
                    className="flex items-baseline gap-3 px-4 py-2 hover:bg-canvas"
                  >
                    <Icon
                      name={entry.success ? "ok" : "bad"}
                      size={14}
                      className={entry.success ? "translate-y-0.5 text-ink-3" : "translate-y-0.5 text-bad"}
                    />
                    <span className="min-w-0 flex-1">
                      {!entry.success && <span className="sr-only">{t("logs.failed")}: </span>}
                      <span lang={lang} className="line-clamp-2">
                        {entry.message}
                      </span>
                    </span>
                    <span className="shrink-0 text-sm text-ink-3">
                      <Time at={entry.created_at} />
                    </span>
                  </Link>
                </li>
              ))}
            </ol>
          )}
        </Card>
      )}
    </Section>
  );
}
