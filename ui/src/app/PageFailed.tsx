import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { problemOf } from "@/api/problem";
import { useStream } from "@/api/stream";
import { ButtonLink, LoadFailed, PageHeader } from "@/components/core";
import { useT } from "@/i18n";

/** What is left when a page cannot be shown at all. */
export function PageFailed({ error, reset }: Pick<ErrorComponentProps, "reset"> & { error: unknown }) {
  const t = useT();
  const router = useRouter();
  // the router keeps what it could not load until it is told to load again
  const retry = () => void router.invalidate().then(reset);
  const { connection } = useStream();
  const away = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the server is there again
  useEffect(() => {
    if (connection === "live" && away.current && problemOf(error).status === 0) retry();
    away.current = connection === "down";
  }, [connection]);
  return (
    <div className="mx-auto max-w-xl px-4 py-10">
      <PageHeader title={t("error.page_title")} />
      <LoadFailed what={t("error.this_page")} error={error} onRetry={retry} />
    </div>
  );
}

/** There is nothing at the address. */
export function PageMissing() {
  const t = useT();
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <PageHeader
        title={t("missing.title")}
        lead={t("missing.lead")}
        actions={
          <ButtonLink to="/integrations" variant="primary">
            {t("missing.back")}
          </ButtonLink>
        }
      />
    </main>
  );
}
