import { type ReactNode, Suspense } from "react";
import { useT } from "@/i18n";
import { Boundary } from "./Boundary";
import { Button } from "./Button";
import { LoadFailed } from "./LoadFailed";

type Props = {
  /** Which one is asked for; another one, or none, forgets a failure. */
  asked: string | undefined | null | false;
  onClose: () => void;
  children: ReactNode;
};

/** The place of dialogs and panels whose code comes with their first use; the page outlives their failures. */
export function Later({ asked, onClose, children }: Props) {
  const t = useT();
  const what = t("error.this_part");
  return (
    <Boundary
      what={what}
      resetKey={asked || ""}
      fallback={(error, retry) => (
        <div className="fixed inset-x-4 bottom-4 z-50 mx-auto max-w-lg rounded-lg bg-surface shadow-(--shadow-float) max-md:bottom-20">
          <LoadFailed
            what={what}
            error={error}
            onRetry={retry}
            more={
              <Button size="sm" onClick={onClose}>
                {t("action.close")}
              </Button>
            }
          />
        </div>
      )}
    >
      <Suspense>{children}</Suspense>
    </Boundary>
  );
}
