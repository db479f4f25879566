/** What went wrong with a call, in the terms of RFC 9457; `docs/openapi.yaml` lists the codes. */
export type Problem = {
  status: number;
  code: string;
  title: string;
  detail: string;
  request_id: string;
  fix?: string;
  errors?: readonly { pointer: string; detail: string }[];
};

/** A call that was refused or failed. Decide by `problem.code`. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  /** Seconds to wait, where the server says. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get unauthenticated() {
    return this.problem.code === "unauthenticated";
  }
}

/** No answer came: the browser is offline, or the server is away. */
export function noAnswer(requestId: string): ApiProblem {
  return new ApiProblem({ status: 0, code: "no_answer", title: "", detail: "", request_id: requestId });
}

/** Code or words of a page that could not be fetched. */
export class NotLoaded extends Error {
  constructor(cause: unknown) {
    // the router knows a missing module by how its message begins, and would reload the application
    super(`not loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "NotLoaded";
  }
}

/** What browsers say when the file of a module does not come. */
const noModule = /dynamically imported module|importing a module script|error loading dynamically/i;

/** The problem behind any thrown value; what is not ours is a fault of this program. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  if (error instanceof NotLoaded || (error instanceof Error && noModule.test(error.message)))
    return { status: 0, code: "not_loaded", title: "", detail: "", request_id: "" };
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: "client_fault", title: "", detail, request_id: "" };
}

/** The complaint about one field of the body, by its JSON Pointer. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const found: Record<string, string> = {};
  for (const { pointer, detail } of error.problem.errors ?? []) {
    const field = pointer.replace(/^[/?]/, "").split("/")[0];
    if (field && !(field in found)) found[field] = detail;
  }
  return found;
}
