import { type QueryClient, type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { notify, useProblemText } from "@/components/core";
import { useT } from "@/i18n";
import { changeBegins, changeEnds } from "./changing";
import { undone } from "./undone";

type Options<Input, Output> = {
  /** What is changed; changes of the same thing are sent one after the other, as they were asked for. */
  scope: string;
  run: (input: Input) => Promise<Output>;
  /** The queries that show what changes; the change is taken back out of them when the server refuses. */
  touches: (input: Input) => QueryKey[];
  /** Shows the change before the server has made it. */
  expect: (client: QueryClient, input: Input) => void;
  /** Takes in what the server made of it, unless a further change of the same thing is on its way. */
  settle?: (client: QueryClient, output: Output, input: Input) => void;
  /** What to ask for again afterwards. */
  refresh?: (input: Input) => QueryKey[];
  succeeded?: (output: Output, input: Input) => void;
};

/** A change that is on the screen at once, and taken back with its reason when it is refused. */
export function useOptimistic<Input, Output>({
  scope,
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
    mutationKey: [scope],
    scope: { id: scope },
    mutationFn: run,
    onMutate: async (input) => {
      const touched = touches(input);
      await Promise.all(touched.map((queryKey) => client.cancelQueries({ queryKey })));
      const before = touched.flatMap((queryKey) => client.getQueriesData({ queryKey }));
      expect(client, input);
      changeBegins(client, touched);
      return { touched, edits: before.map(([key, data]) => ({ key, before: data, after: client.getQueryData(key) })) };
    },
    onError: (error, _input, context) => {
      for (const { key, before, after } of context?.edits ?? [])
        client.setQueryData(key, (now: unknown) => undone(now, before, after));
      const { what, why, todo, requestId } = explain(error);
      notify({
        tone: "bad",
        title: t("toast.undone", { what }),
        detail: [why, todo].filter(Boolean).join(" "),
        requestId: requestId || undefined,
      });
    },
    onSuccess: (output, input) => {
      if (client.isMutating({ mutationKey: [scope] }) === 1) settle?.(client, output, input);
      succeeded?.(output, input);
    },
    onSettled: (_output, _error, input, context) => {
      if (context) changeEnds(client, context.touched, [...context.touched, ...(refresh?.(input) ?? [])]);
    },
  });
}
