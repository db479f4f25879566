import { ApiProblem, noAnswer, type Problem } from "./problem";
import type { paths } from "./schema";
import { sessionEnded } from "./session";

type Method = "get" | "post" | "patch" | "put" | "delete";
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never;
type Json<R> = R extends { content: { "application/json": infer Body } } ? Body : undefined;
type Answer<O> = O extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202 | 204>]> : never;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : undefined;
type PathParameters<O> = O extends { parameters: { path: infer P } } ? P : undefined;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : undefined;

/** Paths of the contract that answer a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M & keyof paths[P]] extends { responses: unknown } ? P : never;
}[keyof paths];

export type CallOptions<P extends keyof paths, M extends Method> = {
  path?: PathParameters<Operation<P, M>>;
  query?: Query<Operation<P, M>>;
  body?: Body<Operation<P, M>>;
  signal?: AbortSignal;
  /** Refuse (412) when somebody else changed the resource since this client read it. */
  guarded?: boolean;
  /** For `Idempotency-Key`: tries with the same one have one effect. */
  once?: string;
};

declare global {
  interface Window {
    /** What the page's first script has asked for already, by address (scripts/first.js). */
    linkspanEarly?: Map<string, Promise<Response>>;
  }
}

/** Answers of the first script are for the first page; later they would be old. */
const earlyFor = 15_000;

/** An answer that is on its way already, once; a refusal is asked for again, as the person may have signed in since. */
async function early(url: string): Promise<Response | undefined> {
  const asked = window.linkspanEarly?.get(url);
  if (!asked) return undefined;
  window.linkspanEarly?.delete(url);
  const answer = await asked.catch(() => undefined);
  return answer?.ok && performance.now() < earlyFor ? answer : undefined;
}

/** The newest version seen of each single resource, for `If-Match`. */
const versions = new Map<string, string>();

/** Who signs in next has resources of their own under the same paths. */
export function forgetVersions() {
  versions.clear();
}

/** Fills a path of the contract, and appends the query without what is undefined. */
export function address(
  template: string,
  path?: Readonly<Record<string, unknown>>,
  query?: Readonly<Record<string, unknown>>,
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

/**
 * Calls one operation of the contract with the session's cookie.
 *
 * @throws ApiProblem for every answer that is not 2xx, and when none came (`code: "no_answer"`)
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  template: P,
  options: CallOptions<P, M> = {},
): Promise<Answer<Operation<P, M>>> {
  const { path, query, body, signal, guarded, once } = options;
  const url = address(template, path as Record<string, unknown>, query as Record<string, unknown>);
  const resource = address(template, path as Record<string, unknown>);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = once;
  const version = versions.get(resource);
  if (guarded && version && method !== "get") headers["If-Match"] = version;

  let response: Response;
  try {
    const begun = method === "get" ? await early(url) : undefined;
    response =
      begun ??
      (await fetch(url, {
        method: method.toUpperCase(),
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        signal,
      }));
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw noAnswer("");
  }
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (problem.unauthenticated) sessionEnded();
    throw problem;
  }
  const etag = response.headers.get("ETag");
  if (etag) versions.set(resource, etag);
  if (response.status === 204) return undefined as Answer<Operation<P, M>>;
  return (await response.json()) as Answer<Operation<P, M>>;
}

async function problemFrom(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const requestId = response.headers.get("X-Request-Id") ?? "";
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem?.code === "string") return new ApiProblem(problem, retryAfter);
  } catch {
    // a proxy in between may answer with a page of its own
  }
  return new ApiProblem(
    {
      status: response.status,
      code: "unexpected_answer",
      title: "",
      detail: `HTTP ${response.status}`,
      request_id: requestId,
    },
    retryAfter,
  );
}
