import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { catalogues } from "./scripts/catalogues.ts";

/** The server that `npm run dev` forwards API calls to. */
const server = process.env.LINKSPAN_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwind(), catalogues()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // messages are parsed by the build, so their parser need not be sent
      ...(mode === "test"
        ? {}
        : { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" }),
    },
  },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": server, "/docs": server, "/openapi.json": server } },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    restoreMocks: true,
    // one window for all files: making one takes longer than most tests
    isolate: false,
    fileParallelism: false,
    testTimeout: 15_000,
  },
}));
