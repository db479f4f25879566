import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { Suspense } from "react";
import { keys } from "@/api/keys";
import { PageFailed } from "@/app/PageFailed";
import { type Locale, prefer } from "@/app/preferences";
import { router as application } from "@/app/router";
import { loadIntl, Translations } from "@/i18n";
import { server } from "./server";
import { answer, user } from "./world";

/** Lets the server know the account of `world`; what it does not know is not there. */
export function serveWorld() {
  server.use(
    http.get("*/api/v1/*", ({ request }) => {
      const { pathname, searchParams } = new URL(request.url);
      const found = answer("GET", pathname, searchParams);
      return found === undefined ? new HttpResponse(null, { status: 404 }) : HttpResponse.json(found as object);
    }),
  );
}

/** The application at an address: its own routes, frame and words, loaded as in a browser. */
export async function visit(path: string, locale: Locale = "en") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
  client.setQueryData(keys.me, user);
  prefer("locale", locale);
  await loadIntl(locale);
  const router = createRouter({
    routeTree: application.routeTree,
    context: { client },
    defaultErrorComponent: PageFailed,
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  await router.load();
  const person = userEvent.setup();
  const view = await act(() =>
    Promise.resolve(
      render(
        <QueryClientProvider client={client}>
          <Suspense>
            <Translations>
              <RouterProvider router={router as never} />
            </Translations>
          </Suspense>
        </QueryClientProvider>,
      ),
    ),
  );
  return { ...view, client, person, router };
}
