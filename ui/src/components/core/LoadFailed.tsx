import { type ReactNode, useEffect, useRef } from "react";
import { problemOf } from "@/api/problem";
import { useServerLang, useT } from "@/i18n";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { RequestId } from "./RequestId";
import { useProblemText } from "./useProblemText";

type Props = {
  what: string;
  error: unknown;
  onRetry?: () => void;
  busy?: boolean;
  /** Further buttons. */
  more?: ReactNode;
};

/** An outage must not look like emptiness. */
export function LoadFailed({ what, error, onRetry, busy, more }: Props) {
  const t = useT();
  // the files of an older version are gone once a newer one is installed: only a new page knows the new ones
  const outdated = problemOf(error).code === "not_loaded";
  return (
    <div role="alert" className="rounded-lg border border-bad-mark/50 bg-bad-soft/50 p-4">
      <p className="flex items-center gap-2 font-semibold text-bad">
        <Icon name="bad" /> {t("error.load", { what })}
      </p>
      <ProblemDetail error={error} />
      {(onRetry || outdated || more) && (
        <div className="mt-3 flex flex-wrap gap-2">
          {onRetry && (
            <Button size="sm" icon="sync" onClick={onRetry} busy={busy}>
              {t("action.retry")}
            </Button>
          )}
          {outdated && (
            <Button size="sm" onClick={() => window.location.reload()}>
              {t("action.reload")}
            </Button>
          )}
          {more}
        </div>
      )}
    </div>
  );
}

/** The particulars of a problem: why, what to do, and the request's id. */
export function ProblemDetail({ error, headline = true }: { error: unknown; headline?: boolean }) {
  const text = useProblemText()(error);
  const lang = useServerLang();
  return (
    <div className="mt-1.5 text-ink-2">
      {headline && text.what && <p className="text-ink">{text.what}</p>}
      {text.why && <p lang={lang}>{text.why}</p>}
      {text.todo && <p lang={text.serverWords ? lang : undefined}>{text.todo}</p>}
      {text.requestId && <RequestId id={text.requestId} />}
    </div>
  );
}

/** A form's or dialog's failure, said where the person looks; the field that is to blame takes the focus. */
export function FormProblem({ error }: { error: unknown }) {
  const text = useProblemText()(error);
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal anew
  useEffect(() => {
    place.current?.closest("form")?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return (
    <div ref={place} role="alert" className="rise rounded-md border border-bad-mark/50 bg-bad-soft/60 px-3.5 py-2.5">
      <p className="flex items-start gap-2 font-semibold text-bad">
        <Icon name="bad" className="mt-0.5" /> {text.what}
      </p>
      <ProblemDetail error={error} headline={false} />
    </div>
  );
}
