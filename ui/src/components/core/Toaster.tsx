import { useEffect } from "react";
import { useServerLang, useT } from "@/i18n";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import { Icon } from "./Icon";
import { RequestId } from "./RequestId";
import { dismissToast, type ShownToast, useToasts } from "./toasts";

const shownFor = 6_000;

export function Toaster() {
  const t = useT();
  const toasts = useToasts();
  return (
    <section
      aria-label={t("toast.region")}
      aria-live="polite"
      aria-relevant="additions"
      className="pointer-events-none fixed right-4 bottom-4 z-[60] grid w-[min(24rem,calc(100vw-2rem))] gap-2 max-md:bottom-20"
    >
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Message({ toast }: { toast: ShownToast }) {
  const t = useT();
  const lang = useServerLang();
  const { id, tone, title, detail, requestId, action } = toast;
  const lasting = tone === "bad" || Boolean(action);
  useEffect(() => {
    if (lasting) return;
    const timer = setTimeout(() => dismissToast(id), shownFor);
    return () => clearTimeout(timer);
  }, [id, lasting]);
  return (
    <div
      className={cx(
        "rise pointer-events-auto flex gap-3 rounded-md border bg-surface py-2.5 pr-2 pl-3.5 shadow-(--shadow-float)",
        tone === "bad" ? "border-bad-mark/60" : "border-line",
      )}
    >
      <Icon name={tone === "bad" ? "bad" : "ok"} className={cx("mt-1", tone === "bad" ? "text-bad" : "text-good")} />
      <div className="min-w-0 flex-1 py-0.5">
        <p className="font-medium">{title}</p>
        {detail && (
          <p lang={lang} className="text-sm text-ink-2">
            {detail}
          </p>
        )}
        {requestId && <RequestId id={requestId} />}
        {action && (
          <Button
            size="sm"
            className="mt-1.5"
            onClick={() => {
              action.run();
              dismissToast(id);
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton icon="close" label={t("action.close")} onClick={() => dismissToast(id)} />
    </div>
  );
}
