export { integrationRoutes } from "./routes";
export type * from "./types";
