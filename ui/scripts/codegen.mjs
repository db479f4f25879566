// Makes src/api/schema.ts from docs/openapi.yaml, or with --check says whether it is fresh. The generator
// lives in codegen/, because it wants an older TypeScript than the rest.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const generator = join(here, "codegen");
const committed = join(here, "src/api/schema.ts");
const check = process.argv.includes("--check");

if (!existsSync(join(generator, "node_modules/openapi-typescript"))) {
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], {
    cwd: generator,
    stdio: "inherit",
  });
}
const directory = mkdtempSync(join(tmpdir(), "linkspan-codegen-"));
const made = join(directory, "schema.ts");
execFileSync(
  process.execPath,
  ["node_modules/openapi-typescript/bin/cli.js", join(here, "../docs/openapi.yaml"), "--output", made, "--immutable"],
  { cwd: generator, stdio: ["ignore", "ignore", "inherit"] },
);
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
