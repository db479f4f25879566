import { type ComponentProps, type ComponentType, lazy } from "react";
import { keepUntilShown } from "@/api/failures";
import { NotLoaded } from "@/api/problem";

/** A component whose code comes when it is drawn first. React keeps a load that failed, so that another try is another one. */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const attempt = () =>
    lazy(async () => {
      try {
        return { default: await load() };
      } catch (cause) {
        keepUntilShown(() => {
          current = attempt();
        });
        throw new NotLoaded(cause);
      }
    });
  let current = attempt();
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each component, when its module is read
  return function OnDemand(props: Props) {
    const Part = current;
    return <Part {...(props as ComponentProps<typeof Part>)} />;
  };
}
