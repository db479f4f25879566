// Makes src/api/schema.ts from docs/openapi.yaml, or with --check says whether it is fresh.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./contract-tools.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const committed = join(here, "src/api/schema.ts");
const check = process.argv.includes("--check");

const directory = mkdtempSync(join(tmpdir(), "linkspan-codegen-"));
const made = join(directory, "schema.ts");
// the contract leaves values of answers open for other clients; this one ships with the server and knows them all
const known = join(directory, "openapi.yaml");
writeFileSync(
  known,
  readFileSync(join(here, "../docs/openapi.yaml"), "utf8").replaceAll("x-extensible-enum:", "enum:"),
);
run("openapi-typescript/bin/cli.js", [known, "--output", made, "--immutable"], {
  stdio: ["ignore", "ignore", "inherit"],
});
const fresh = readFileSync(made, "utf8");
rmSync(directory, { recursive: true });

if (!check) {
  writeFileSync(committed, fresh);
} else if (readFileSync(committed, "utf8") !== fresh) {
  process.stderr.write(
    "src/api/schema.ts is older than docs/openapi.yaml: run `npm run codegen` in ui/ and commit it.\n",
  );
  process.exit(1);
}
