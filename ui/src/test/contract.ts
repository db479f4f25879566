import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HttpResponse, http, type RequestHandler } from "msw";
import { parse } from "yaml";

type Schema = {
  $ref?: string;
  type?: string | string[];
  items?: Schema;
  examples?: unknown[];
  properties?: Record<string, Schema>;
};
type Response = { content?: Record<string, { schema?: Schema; example?: unknown }> };
type Operation = { operationId: string; responses: Record<string, Response> };
type Contract = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

const contract = parse(readFileSync(join(import.meta.dirname, "../../../docs/openapi.yaml"), "utf8")) as Contract;

/** The example that the contract gives for a schema; a list of one where the schema is a list. */
export function exampleOf(schema: Schema | undefined): unknown {
  if (!schema) return undefined;
  if (schema.$ref) return exampleOf(contract.components.schemas[schema.$ref.split("/").at(-1) ?? ""]);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.type === "array") return [exampleOf(schema.items)];
  return undefined;
}

/** One handler for each operation, answering the contract's own example. */
export function contractHandlers(): RequestHandler[] {
  const handlers: RequestHandler[] = [];
  for (const [path, operations] of Object.entries(contract.paths)) {
    const pattern = `*${path.replace(/\{(\w+)\}/g, ":$1")}`;
    for (const [method, operation] of Object.entries(operations)) {
      const status = Object.keys(operation.responses ?? {}).find((code) => code.startsWith("2"));
      if (!status || !(method in http)) continue;
      const example = exampleOf(operation.responses[status]?.content?.["application/json"]?.schema);
      handlers.push(
        http[method as "get"](pattern, () =>
          status === "204" || example === undefined
            ? new HttpResponse(null, { status: Number(status) })
            : HttpResponse.json(example as object, { status: Number(status) }),
        ),
      );
    }
  }
  // a path without parameters is more particular than one with
  return handlers.sort((a, b) => parameters(a) - parameters(b));
}

function parameters(handler: RequestHandler): number {
  return handler.info.header.split(":").length;
}

/** A refusal as the contract describes it. */
export function refusal(status: number, code: string, detail: string, more: object = {}) {
  return HttpResponse.json(
    {
      type: "about:blank",
      title: "Refused",
      status,
      code,
      detail,
      request_id: "0199e0a4-7000-7d00-8000-5f2c1b3a4d5e",
      ...more,
    },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}
