import { createRoute } from "@tanstack/react-router";
import { appRoute, rootRoute } from "@/app/appRoute";
import { lazyPage } from "@/app/lazyPage";
import { withWords } from "@/i18n";

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    // only to a place of ours: an address of another site must not ride along
    typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {},
  component: lazyPage(() => withWords("start", import("./pages/SignIn")), "SignIn"),
});

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup/$token",
  component: lazyPage(() => withWords(["start", "connect"], import("./pages/FirstStart")), "FirstStart"),
});

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invite/$token",
  component: lazyPage(() => withWords("start", import("./pages/Invitation")), "Invitation"),
});

export const identityRoutes = [signIn, setup, invitation] as const;

export const profileRoute = createRoute({
  getParentRoute: () => appRoute,
  path: "/profile",
  component: lazyPage(() => withWords("profile", import("./pages/Profile")), "Profile"),
});
