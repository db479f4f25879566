// Puts a .br and a .gz beside every file that is worth it, so that the server compresses nothing while serving.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const worth = /\.(html|js|css|svg|json|txt)$/;
const least = 600;

// the manifest is for the budgets only
rmSync(join(dist, ".vite"), { recursive: true, force: true });

for (const name of readdirSync(dist, { recursive: true })) {
  const file = join(dist, String(name));
  if (!worth.test(file) || !statSync(file).isFile() || statSync(file).size < least) continue;
  const bytes = readFileSync(file);
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(`${file}.br`, brotli);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
