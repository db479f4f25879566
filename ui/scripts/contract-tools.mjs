// What works on docs/openapi.yaml lives in codegen/, apart from the rest, because it wants other versions.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const tools = fileURLToPath(new URL("../codegen", import.meta.url));

function changed(file) {
  return statSync(join(tools, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs a tool with node, from its own directory; fetches them all when their lock is newer. */
export function run(tool, options, more = {}) {
  if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], {
      cwd: tools,
      stdio: "inherit",
    });
  }
  return execFileSync(process.execPath, [join("node_modules", tool), ...options], { cwd: tools, ...more });
}
