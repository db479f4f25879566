import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

type Asked = Pick<UseQueryResult, "data" | "error" | "errorUpdatedAt">;

/**
 * Why there is nothing to show. A query without data forgets its failure while it is asked again, which every hint of
 * the stream does: the failure, and the button that has the focus, would come and go.
 */
export function useFailure({ data, error, errorUpdatedAt }: Asked): Error | null {
  // by its time: the same page may show another thing by now, with a failure of its own
  const [kept, keep] = useState<{ error: Error; at: number } | null>(null);
  if (error && error !== kept?.error) keep({ error, at: errorUpdatedAt });
  if (data !== undefined) return null;
  return error ?? (kept?.at === errorUpdatedAt ? kept.error : null);
}
