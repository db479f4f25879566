import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

type Asked = Pick<UseQueryResult, "data" | "error" | "errorUpdateCount">;

/**
 * Why there is nothing to show. A query without data forgets its failure while it is asked again, which every hint of
 * the stream does: the failure, and the button that has the focus, would come and go.
 */
export function useFailure({ data, error, errorUpdateCount }: Asked): Error | null {
  const [kept, keep] = useState<Error | null>(null);
  if (error && error !== kept) keep(error);
  return data === undefined && errorUpdateCount > 0 ? (error ?? kept) : null;
}
