import { type QueryClient, type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { notify, useProblemText } from "@/components/core";
import { useT } from "@/i18n";

type Options<Input, Output> = {
  run: (input: Input) => Promise<Output>;
  /** The queries that show what changes; they are put back as they were when the server refuses. */
  touches: (input: Input) => QueryKey[];
  /** Shows the change before the server has made it. */
  expect: (client: QueryClient, input: Input) => void;
  /** Takes in what the server made of it. */
  settle?: (client: QueryClient, output: Output, input: Input) => void;
  /** What to ask for again afterwards. */
  refresh?: (input: Input) => QueryKey[];
  succeeded?: (output: Output, input: Input) => void;
};

/** A change that is on the screen at once, and taken back with its reason when it is refused. */
export function useOptimistic<Input, Output>({
  run,
  touches,
  expect,
  settle,
  refresh,
  succeeded,
}: Options<Input, Output>) {
  const client = useQueryClient();
  const t = useT();
  const explain = useProblemText();
  return useMutation({
    mutationFn: run,
    onMutate: async (input) => {
      const queries = touches(input);
      await Promise.all(queries.map((queryKey) => client.cancelQueries({ queryKey })));
      const before = queries.flatMap((queryKey) => client.getQueriesData({ queryKey }));
      expect(client, input);
      return { before };
    },
    onError: (error, _input, context) => {
      for (const [key, data] of context?.before ?? []) client.setQueryData(key, data);
      const { what, why, todo, requestId } = explain(error);
      notify({
        tone: "bad",
        title: t("toast.undone", { what }),
        detail: [why, todo].filter(Boolean).join(" "),
        requestId: requestId || undefined,
      });
    },
    onSuccess: (output, input) => {
      settle?.(client, output, input);
      succeeded?.(output, input);
    },
    onSettled: (_output, _error, input) => {
      for (const queryKey of [...touches(input), ...(refresh?.(input) ?? [])])
        void client.invalidateQueries({ queryKey });
    },
  });
}
