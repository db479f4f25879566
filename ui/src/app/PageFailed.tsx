import { useRouter } from "@tanstack/react-router";
import { ButtonLink, EmptyState, LoadFailed } from "@/components/core";
import { useT } from "@/i18n";

/** What is left when a page cannot be shown at all. */
export function PageFailed({ error }: { error: unknown }) {
  const t = useT();
  const router = useRouter();
  return (
    <div className="mx-auto max-w-xl px-4 py-16">
      <LoadFailed what={t("error.this_page")} error={error} onRetry={() => void router.invalidate()} />
    </div>
  );
}

export function PageMissing() {
  const t = useT();
  return (
    <main className="grid min-h-[70dvh] place-items-center">
      <EmptyState
        title={t("missing.title")}
        action={
          <ButtonLink to="/integrations" variant="primary">
            {t("missing.back")}
          </ButtonLink>
        }
      >
        {t("missing.lead")}
      </EmptyState>
    </main>
  );
}
