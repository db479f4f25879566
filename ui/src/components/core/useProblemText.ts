import { type Problem, problemOf } from "@/api/problem";
import { useT } from "@/i18n";

export type ProblemText = { what: string; why: string; todo: string; requestId: string; serverWords: boolean };

/** What happened, why, and what to do: the headline from the catalogue, the particulars from the server. */
export function useProblemText(): (error: unknown) => ProblemText {
  const t = useT();
  return (error) => {
    const problem: Problem = problemOf(error);
    const known = t.maybe(`problem.${problem.code}`);
    const local = t.maybe(`problem.${problem.code}.fix`);
    // the server speaks to programs here, of headers and keys
    if (problem.code === "unauthenticated")
      return { what: known ?? "", why: "", todo: local ?? "", requestId: "", serverWords: false };
    // a code that is newer than this page still has its own words
    const what = known ?? (problem.detail || problem.title || t("problem.unexpected_answer"));
    return {
      what,
      why: problem.detail !== what ? problem.detail : "",
      todo: problem.fix ?? local ?? "",
      requestId: problem.request_id,
      serverWords: Boolean(problem.detail),
    };
  };
}
