import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { queryClient } from "@/api/queryClient";
import { identityRoutes, profileRoute } from "@/identity/routes";
import { integrationRoutes } from "@/integrations";
import { appRoute, rootRoute } from "./appRoute";
import { PageFailed } from "./PageFailed";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/integrations", replace: true });
  },
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  ...identityRoutes,
  appRoute.addChildren([...integrationRoutes, profileRoute]),
]);

export const router = createRouter({
  routeTree,
  context: { client: queryClient },
  defaultErrorComponent: PageFailed,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  trailingSlash: "never",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
