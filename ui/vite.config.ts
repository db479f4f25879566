import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { ahead } from "./scripts/ahead.ts";
import { catalogues } from "./scripts/catalogues.ts";

/** The server that `npm run dev` forwards API calls to. */
const server = process.env.LINKSPAN_SERVER ?? "http://127.0.0.1:8080";

/**
 * Few files: browsers fetch six at a time over HTTP/1.1. What every signed-in page shares is one beside the entry;
 * what only dialogs need stays apart, to be fetched with the first of them.
 */
const groups = [
  { name: "index", tags: ["$initial" as const], priority: 2 },
  {
    name: "shell",
    priority: 1,
    test: /\/src\/(app\/(AppShell|ConnectionBanner|LiveSwitch|Logo|time|use\w+)|api\/|integrations\/(api|hooks|status|webhookState|components\/(IntegrationStatusMark|ConnectIntegrationButton))|components\/core\/(arrival|Boundary|Card|Chip|Copy|EmptyState|Later|Menu|Monogram|onDemand|PageHeader|RequestId|Skeleton|StatusMark|Time|Toaster)\b)/,
  },
];

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwind(), catalogues(), ahead()],
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
    rolldownOptions: { output: { codeSplitting: { groups } } },
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
    testTimeout: 60_000,
  },
}));
