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
run("openapi-typescript/bin/cli.js", [join(here, "../docs/openapi.yaml"), "--output", made, "--immutable"], {
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
