import { defineConfig } from "@playwright/test";
import base from "../playwright.config";

/** Measurements: not part of the tests, for a figure of a busy machine says nothing. */
export default defineConfig({
  ...base,
  testDir: ".",
  testMatch: "*.bench.ts",
  outputDir: "../test-results",
  timeout: 300_000,
});
