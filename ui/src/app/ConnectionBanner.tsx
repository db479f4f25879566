import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useStream } from "@/api/stream";
import { Icon, Time } from "@/components/core";
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
  const client = useQueryClient();
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (connection !== "down") {
      setAway(false);
      return;
    }
    const timer = setTimeout(() => setAway(true), patience);
    return () => clearTimeout(timer);
  }, [connection]);
  if (online && !away) return <div role="status" className="contents" />;
  const newest = Math.max(
    0,
    ...client
      .getQueryCache()
      .getAll()
      .map((query) => query.state.dataUpdatedAt),
  );
  return (
    <div
      role="status"
      className="rise sticky top-0 z-20 flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-center text-warn"
    >
      <Icon name="offline" />
      <p>
        {t(online ? "offline.server" : "offline.network")}{" "}
        {newest > 0 && t.rich("offline.age", { age: <Time key="age" at={new Date(newest).toISOString()} /> })}
      </p>
    </div>
  );
}
