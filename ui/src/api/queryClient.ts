import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";
import { isPaused } from "./stream";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // the stream says what changed; this only covers what it missed
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: () => !isPaused(),
        // a refusal is an answer: only a server that is away or at fault is asked again
        retry: (failures, error) => {
          const status = error instanceof ApiProblem ? error.problem.status : 0;
          return failures < 2 && (status === 0 || status >= 500) && navigator.onLine;
        },
        retryDelay: (attempt) => Math.min(600 * 2 ** attempt, 5000),
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}

export const queryClient = createQueryClient();
