import { defineConfig } from "@playwright/test";

/** Debian's Chromium; nothing is downloaded, and nothing but this machine is asked. */
export default defineConfig({
  testDir: "tests",
  workers: 1,
  fullyParallel: false,
  // what hangs ends; what is slow, because the tests of the server run beside it, is none of a journey's business
  timeout: 240_000,
  expect: { timeout: 45_000 },
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
