// Weighs what a visitor downloads, gzipped, and fails the build when it is too much (KiB).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = { entry: 130, page: 60, css: 15 };
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const weights = new Map();

function weight(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024);
  return weights.get(file);
}

/** A chunk's script files with all that it imports at once. */
function closure(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return seen;
  seen.add(key);
  for (const each of chunk.imports ?? []) closure(each, seen);
  return seen;
}

const sum = (keys) => [...keys].reduce((total, key) => total + weight(manifest[key].file), 0);
const entryKey = Object.keys(manifest).find((key) => manifest[key].isEntry);
// without words nothing can be shown, so the larger catalogue counts as part of the entry
const catalogue = Object.keys(manifest)
  .filter((key) => /catalogue:(en|de)\/core$/.test(key))
  .sort((a, b) => sum([b]) - sum([a]))[0];
if (!entryKey || !catalogue) throw new Error("the manifest names no entry or no catalogue");
const entry = closure(entryKey);
closure(catalogue, entry);

const styles = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []));
const rows = [
  ["entry", sum(entry), budget.entry],
  ["css", [...styles].reduce((total, file) => total + weight(file), 0), budget.css],
];
const shell = "src/app/AppShell.tsx";
const outside = /\/(SignIn|FirstStart|Invitation)\.tsx$/;
for (const key of Object.keys(manifest)) {
  if (!/\/pages\/\w+\.tsx$/.test(key)) continue;
  const own = [...closure(key, outside.test(key) ? undefined : closure(shell))].filter((each) => !entry.has(each));
  rows.push([key.replace(/^.*\/pages\/(\w+)\.tsx$/, "$1"), sum(own), budget.page]);
}

let tooMuch = false;
for (const [name, kib, most] of rows) {
  const over = kib > most;
  tooMuch ||= over;
  process.stdout.write(`${over ? "✗" : "✓"} ${name.padEnd(24)} ${kib.toFixed(1).padStart(6)} KiB of ${most}\n`);
}
if (process.argv.includes("--chunks")) {
  for (const key of entry) process.stdout.write(`  ${weight(manifest[key].file).toFixed(1).padStart(6)} ${key}\n`);
}
if (tooMuch) {
  process.stderr.write(
    "The web application has become too heavy: see above, and load on demand what is not needed at once.\n",
  );
  process.exit(1);
}
