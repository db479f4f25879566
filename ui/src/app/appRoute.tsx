import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { ApiProblem } from "@/api/problem";
import { meQuery } from "@/identity/me";
import { lazyPage } from "./lazyPage";
import { PageFailed, PageMissing } from "./PageFailed";

export const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  errorComponent: PageFailed,
  notFoundComponent: PageMissing,
});

/** Everything behind the sign-in. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "app",
  component: lazyPage(() => import("./AppShell"), "AppShell"),
  errorComponent: PageFailed,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof ApiProblem && error.unauthenticated) {
        throw redirect({
          to: "/sign-in",
          search: { next: location.href === "/" ? undefined : location.href },
          replace: true,
        });
      }
      throw error;
    }
  },
});
