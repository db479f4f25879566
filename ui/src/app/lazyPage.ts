import { lazyRouteComponent } from "@tanstack/react-router";
import { NotLoaded } from "@/api/problem";

/**
 * A page whose code and words come when one goes there. Where they do not come, the router would reload the whole
 * application by itself: with the server away, all that is left then is the browser's own page. It is a failure of
 * this page alone, and can be asked for again.
 */
export function lazyPage<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent(
    () =>
      load().catch((cause) => {
        throw new NotLoaded(cause);
      }),
    name,
  );
}
