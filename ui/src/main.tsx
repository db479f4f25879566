import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "@/api/queryClient";
import { preferences } from "@/app/preferences";
import { RootBoundary } from "@/app/RootBoundary";
import { router } from "@/app/router";
import { loadIntl, Translations } from "@/i18n";
import "./styles.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const place = createRoot(root);

// drawn once, with everything in place: what is drawn before its words or its page's code are there only delays them
void Promise.allSettled([loadIntl(preferences().locale), router.load()]).then(() =>
  place.render(
    <StrictMode>
      <RootBoundary>
        <QueryClientProvider client={queryClient}>
          <Suspense>
            <Translations>
              <RouterProvider router={router} />
            </Translations>
          </Suspense>
        </QueryClientProvider>
      </RootBoundary>
    </StrictMode>,
  ),
);
