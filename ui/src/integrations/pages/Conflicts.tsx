import { getRouteApi, Link } from "@tanstack/react-router";
import { Boundary, CopyAsCurl, PageHeader } from "@/components/core";
import { useT } from "@/i18n";
import { CalendarConflictsPanel } from "../components/CalendarConflictsPanel";
import { MarkedFree } from "../components/MarkedFree";

const route = getRouteApi("/app/integrations/conflicts");
const tab =
  "inline-flex h-8 items-center rounded-md px-3 text-ink-2 hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent max-md:h-10";

export function Conflicts() {
  const t = useT();
  const { status, view } = route.useSearch();
  const statuses = [undefined, "dismissed", "resolved", "marked_free"] as const;
  return (
    <>
      <PageHeader
        title={t("conflicts.title")}
        lead={t("conflicts.lead")}
        actions={
          <CopyAsCurl
            call={{
              path:
                status === "marked_free"
                  ? "/api/v1/availability/marked-free/"
                  : `/api/v1/integrations/calendar/conflicts/${status ? `?status=${status}` : ""}`,
            }}
          />
        }
      />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2 border-b border-line pb-2">
        <nav aria-label={t("conflicts.by_status")} className="flex flex-wrap gap-1">
          {statuses.map((each) => (
            <Link
              key={each ?? "open"}
              to="/integrations/conflicts"
              search={{ status: each, view }}
              activeOptions={{ exact: true }}
              className={tab}
            >
              {each === "marked_free" ? t("conflicts.marked") : t(`conflict.status.${each ?? "open"}`)}
            </Link>
          ))}
        </nav>
        <nav aria-label={t("conflicts.view")} className="flex gap-1">
          {([undefined, "days"] as const).map((each) => (
            <Link
              key={each ?? "list"}
              to="/integrations/conflicts"
              search={{ status, view: each }}
              activeOptions={{ exact: true }}
              className={tab}
            >
              {t(`conflicts.view.${each ?? "list"}`)}
            </Link>
          ))}
        </nav>
      </div>
      <Boundary what={t("conflicts.title")} resetKey={`${status}${view}`}>
        {status === "marked_free" ? (
          <MarkedFree />
        ) : (
          <CalendarConflictsPanel key={status ?? "open"} status={status ?? "open"} view={view ?? "list"} />
        )}
      </Boundary>
    </>
  );
}
