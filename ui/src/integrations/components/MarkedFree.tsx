import { useFailure } from "@/api/useFailure";
import { useClock } from "@/app/time";
import { Button, Card, EmptyState, LoadFailed, StatusMark, TableSkeleton } from "@/components/core";
import { useT } from "@/i18n";
import { useMarkedFree, useUnmarkFree } from "../hooks/useConflicts";

const atOnce = 200;

/** Events that somebody marked as free, and the way back for each and all. */
export function MarkedFree() {
  const t = useT();
  const clock = useClock();
  const list = useMarkedFree();
  const failure = useFailure(list);
  const unmark = useUnmarkFree();
  if (failure) {
    return (
      <LoadFailed
        what={t("conflicts.marked")}
        error={failure}
        onRetry={() => void list.refetch()}
        busy={list.isFetching}
      />
    );
  }
  if (!list.data) {
    return (
      <Card>
        <TableSkeleton rows={4} />
      </Card>
    );
  }
  const events = list.data.pages.flatMap((page) => page.results);
  if (events.length === 0) {
    return (
      <Card>
        <EmptyState title={t("conflicts.marked.none")}>{t("conflicts.marked.none.lead")}</EmptyState>
      </Card>
    );
  }
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 text-ink-2">{t("conflicts.marked.lead")}</p>
        <Button size="sm" busy={unmark.isPending} onClick={() => unmark.mutate(events.slice(0, atOnce))}>
          {t("conflicts.marked.all", { count: Math.min(events.length, atOnce) })}
        </Button>
      </div>
      <Card>
        <ul className="divide-y divide-line">
          {events.map((event) => {
            const title = event.title || t("conflict.untitled.external_event");
            return (
              <li key={event.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
                <span className="min-w-0 flex-1 basis-60">
                  <span className="font-medium wrap-anywhere">{title}</span>{" "}
                  <span className="text-ink-3">
                    {clock.day(event.start)} · {clock.span(event)}
                    {event.calendar && ` · ${event.calendar}`}
                  </span>
                </span>
                <StatusMark plain tone="off">
                  {t("conflicts.marked.mark")}
                </StatusMark>
                <Button
                  size="sm"
                  busy={unmark.isPending}
                  aria-label={`${t("conflicts.marked.back")}: ${title}`}
                  onClick={() => unmark.mutate([event])}
                >
                  {t("conflicts.marked.back")}
                </Button>
              </li>
            );
          })}
        </ul>
      </Card>
      {list.hasNextPage && (
        <Button
          className="justify-self-center"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("conflicts.marked.more")}
        </Button>
      )}
    </div>
  );
}
