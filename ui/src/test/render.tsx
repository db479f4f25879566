import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type ReactNode, Suspense } from "react";
import { createIntl, RawIntlProvider } from "react-intl";
import { keys } from "@/api/keys";
import { Toaster } from "@/components/core/Toaster";
import english from "@/i18n/en.json";
import { user } from "./world";

const intl = createIntl({
  locale: "en-GB",
  messages: english,
  onError(error) {
    throw error;
  },
});

/** Shows a component as the application would, with a signed-in organizer and every word. */
export async function show(node: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
  client.setQueryData(keys.me, user);
  const root = createRootRoute();
  const routes = [
    "/",
    "/integrations",
    "/integrations/calendars",
    "/integrations/calendars/$id",
    "/integrations/conflicts",
    "/integrations/webhooks",
    "/integrations/webhooks/$id",
    "/integrations/logs",
  ].map((path) => createRoute({ getParentRoute: () => root, path, component: () => node }));
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  const person = userEvent.setup();
  const view = render(
    <QueryClientProvider client={client}>
      <RawIntlProvider value={intl}>
        <Suspense>
          <RouterProvider router={router as never} />
          <Toaster />
        </Suspense>
      </RawIntlProvider>
    </QueryClientProvider>,
  );
  return { ...view, client, person, router };
}
