import { ButtonLink, Icon } from "@/components/core";
import { useT } from "@/i18n";
import type { Coverage } from "@/types";

/** The calendars whose events may be missing from an answer. */
export function uncertainOf(coverage: Coverage): string[] {
  return coverage.calendars
    .filter(({ state }) => state !== "fresh" && state !== "disabled")
    .map((each) => each.calendar);
}

/** Says what an answer does not rest on; nothing where it is complete. */
export function CoverageNotice({ coverage }: { coverage: Coverage }) {
  const t = useT();
  if (coverage.calendars.length > 0 && coverage.complete) return null;
  const uncertain = uncertainOf(coverage);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-warn-soft px-4 py-2 text-warn">
      <p className="flex min-w-0 flex-1 basis-64 items-start gap-2">
        <Icon name="warn" className="mt-0.5" />
        <span>
          {coverage.calendars.length === 0
            ? t("conflicts.coverage.none")
            : t("conflicts.coverage.incomplete", { count: uncertain.length, calendars: uncertain.join(", ") })}
        </span>
      </p>
      <ButtonLink size="sm" to="/integrations/calendars">
        {t("conflicts.coverage.look")}
      </ButtonLink>
    </div>
  );
}
