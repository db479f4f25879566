// npm leaves the binaries of platforms out of the lock that the registry at hand does not serve, and `npm ci`
// then refuses the lock. Names them all, so that it is the same lock everywhere. Run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const systems = { android: "android", darwin: "darwin", freebsd: "freebsd", linux: "linux", win32: "win32" };

for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    const words = name.split(/[/-]/);
    const os = words.find((word) => word in systems);
    const cpu = words.find((word) => /^(x64|arm64|arm|ia32|wasm32)$/.test(word));
    lock.packages[key] = {
      version,
      ...(cpu && { cpu: [cpu] }),
      dev: true,
      ...(words.includes("musl") && { libc: ["musl"] }),
      optional: true,
      ...(os && { os: [os] }),
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
