import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";
import { dismissAllToasts } from "@/components/core/toasts";
import { server } from "./server";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  cleanup();
  server.resetHandlers();
  dismissAllToasts();
  localStorage.clear();
});
afterAll(() => server.close());

// whole pages take longer where the machine has other things to do
configure({ asyncUtilTimeout: 5_000 });

window.scrollTo = () => {};
