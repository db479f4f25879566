import { sessionEnded, useSession } from "@/api/session";
import { pauseStream, useStream } from "@/api/stream";
import { cx, Icon } from "@/components/core";
import { useT } from "@/i18n";

/** Says whether the page follows what happens, and lets one hold it still while reading. */
export function LiveSwitch() {
  const t = useT();
  const { connection, paused, waiting } = useStream();
  const { ended } = useSession();
  if (ended) {
    return (
      <button
        type="button"
        onClick={sessionEnded}
        className="flex h-8.5 items-center gap-2.5 rounded-md px-2.5 font-medium text-warn hover:bg-sunken max-md:h-10"
      >
        <span aria-hidden="true" className="grid size-4 place-items-center">
          <span className="size-2 rounded-full bg-warn-mark" />
        </span>
        {t("live.signed_out")}
      </button>
    );
  }
  const word = paused
    ? waiting > 0
      ? t("live.paused_waiting", { count: waiting })
      : t("live.paused")
    : connection === "live"
      ? t("live.live")
      : connection === "down"
        ? t("live.down")
        : t("live.connecting");
  return (
    <button
      type="button"
      aria-label={t(paused ? "live.resume" : "live.pause", { state: word })}
      title={t(paused ? "live.resume" : "live.pause", { state: word })}
      onClick={() => pauseStream(!paused)}
      className="group flex h-8.5 items-center gap-2.5 rounded-md px-2.5 text-ink-2 hover:bg-sunken hover:text-ink max-md:h-10"
    >
      <span aria-hidden="true" className="grid size-4 place-items-center">
        {paused ? (
          <Icon name="play" size={14} />
        ) : (
          <>
            <span
              className={cx(
                "size-2 rounded-full group-hover:hidden",
                connection === "live" ? "bg-accent" : "bg-warn-mark",
              )}
            />
            <Icon name="pause" size={14} className="hidden group-hover:block" />
          </>
        )}
      </span>
      <span aria-live="polite" className={cx(paused && "font-medium text-warn")}>
        {word}
      </span>
    </button>
  );
}
