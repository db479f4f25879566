import {
  notifyManager,
  partialMatchKey,
  type Query,
  type QueryClient,
  type QueryKey,
  useQueryClient,
} from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { keys } from "@/api/keys";
import { sessionEnded, useSession } from "@/api/session";
import { useStream } from "@/api/stream";
import { Button, Icon, type IconName, Time } from "@/components/core";
import { useT } from "@/i18n";

function subscribe(listener: () => void) {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

const patience = 5_000;

/** Says when the page cannot know what is true, and how old what it shows is. */
export function ConnectionBanner() {
  const t = useT();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const { connection } = useStream();
  const session = useSession();
  const client = useQueryClient();
  const outdated = useOutdated(client);
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (connection !== "down") {
      setAway(false);
      return;
    }
    const timer = setTimeout(() => setAway(true), patience);
    return () => clearTimeout(timer);
  }, [connection]);
  if (!online || away) {
    const read = shownQueries(client)
      .filter(ages)
      .map((query) => query.state.dataUpdatedAt);
    const oldest = Math.min(...read.filter((at) => at > 0));
    return (
      <Banner icon="offline">
        {t(online ? "offline.server" : "offline.network")}{" "}
        {Number.isFinite(oldest) &&
          t.rich("offline.age", { age: <Time key="age" at={new Date(oldest).toISOString()} /> })}
      </Banner>
    );
  }
  if (session.ended) {
    return (
      <Banner
        icon="warn"
        action={
          <Button size="sm" onClick={sessionEnded}>
            {t("session.sign_in")}
          </Button>
        }
      >
        {t("problem.unauthenticated")}
      </Banner>
    );
  }
  if (outdated > 0) {
    return (
      <Banner
        icon="warn"
        action={
          <Button
            size="sm"
            icon="sync"
            onClick={() => void client.refetchQueries({ type: "active", predicate: ({ state }) => isOutdated(state) })}
          >
            {t("action.retry")}
          </Button>
        }
      >
        {t("offline.outdated")}{" "}
        {t.rich("offline.age", { age: <Time key="age" at={new Date(outdated).toISOString()} /> })}
      </Banner>
    );
  }
  return <div role="status" className="contents" />;
}

function Banner({ icon, children, action }: { icon: IconName; children: ReactNode; action?: ReactNode }) {
  return (
    <div
      role="status"
      className="rise sticky top-0 z-20 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-2 text-warn"
    >
      <p className="flex items-start gap-2">
        <Icon name={icon} className="mt-0.5" />
        <span>{children}</span>
      </p>
      {action}
    </div>
  );
}

/** Could not be refreshed. A further page that did not come makes what is there no older; its list says so. */
function isOutdated({ status, data, fetchMeta }: Query["state"]): boolean {
  return status === "error" && data !== undefined && fetchMeta?.fetchMore === undefined;
}

/** What hardly changes says nothing about how old a page is. */
const lasting: readonly QueryKey[] = [keys.me, keys.providers, keys.webhooks.eventTypes];

function ages({ queryKey }: { queryKey: QueryKey }): boolean {
  return !lasting.some((key) => partialMatchKey(queryKey, key));
}

function shownQueries(client: QueryClient) {
  return client.getQueryCache().findAll({ type: "active" });
}

/** When the oldest of what is shown was read whose refresh has failed since; 0 when all could be refreshed. */
function useOutdated(client: QueryClient): number {
  const oldest = () => {
    const failed = shownQueries(client).filter(({ state }) => isOutdated(state));
    return failed.length ? Math.min(...failed.map(({ state }) => state.dataUpdatedAt)) : 0;
  };
  return useSyncExternalStore(
    useCallback((listener) => client.getQueryCache().subscribe(notifyManager.batchCalls(listener)), [client]),
    oldest,
  );
}
