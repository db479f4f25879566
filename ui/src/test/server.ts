import { setupServer } from "msw/node";
import { contractHandlers } from "./contract";

/** One for all files of tests: the set-up runs anew for each of them, this does not. */
export const server = setupServer(...contractHandlers());
