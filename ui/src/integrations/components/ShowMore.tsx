import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button, LoadFailed } from "@/components/core";
import { useT } from "@/i18n";

type Props = {
  what: string;
  list: Pick<UseInfiniteQueryResult, "isFetchNextPageError" | "isFetchingNextPage" | "error">;
  onMore: () => void;
};

/** The rest of a long list, a page at a time. That one failed is said where it would have come. */
export function ShowMore({ what, list, onMore }: Props) {
  const t = useT();
  const failed = list.isFetchNextPageError;
  return (
    <div className="grid gap-2 border-t border-line p-2">
      {failed && <LoadFailed what={what} error={list.error} />}
      <Button
        variant="quiet"
        size="sm"
        icon={failed ? "sync" : undefined}
        className="justify-self-center"
        busy={list.isFetchingNextPage}
        onClick={onMore}
      >
        {t(failed ? "action.retry" : "action.more")}
      </Button>
    </div>
  );
}
