// Lints docs/openapi.yaml as docs/redocly.yaml says; prints what is wrong, and nothing else.
import { fileURLToPath } from "node:url";
import { run } from "./contract-tools.mjs";

const docs = (name) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));

try {
  run("@redocly/cli/bin/cli.js", ["lint", "--config", docs("redocly.yaml"), docs("openapi.yaml")], {
    stdio: "pipe",
    // asks nobody whether there is a newer one
    env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", REDOCLY_TELEMETRY: "off" },
  });
} catch (failed) {
  process.stderr.write(`${failed.stdout ?? failed}\n${failed.stderr ?? ""}\n`);
  process.exit(1);
}
