import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useT } from "@/i18n";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import { toHeading } from "./keptPlace";

type Props = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, kept in sight below what scrolls. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** `side` slides in at the right and leaves the page in sight. */
  kind?: "centre" | "side";
  /** A press beside it does not close it: what it shows does not come again. */
  firm?: boolean;
};

const widths = { sm: "md:w-[26rem]", md: "md:w-[36rem]", lg: "md:w-[48rem]" };

const settled = 50;

/** Whether something was entered in a form that is still there. */
function useTouched() {
  const form = useRef<HTMLFormElement | null>(null);
  return {
    onInput: ({ target }: { target: EventTarget }) => {
      form.current = (target as Element).closest("form") ?? form.current;
    },
    isTouched: () => form.current?.isConnected === true,
  };
}

/**
 * Takes the focus, gives it back, and closes with Escape, which asks first where something was entered. On a phone it
 * fills the lower part.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  size = "md",
  kind = "centre",
  firm,
}: Props) {
  const t = useT();
  const content = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const { onInput, isTouched } = useTouched();
  const [dropping, setDropping] = useState(false);
  // what had the focus before may be gone, as a button that makes the first of a list
  useEffect(() => {
    const page = document;
    return () => void setTimeout(() => toHeading(page), settled);
  }, []);
  // a field is what one came for; on a touch screen it would bring up the keyboard unasked
  const first = (by: string) => {
    if (by === "touch") return true;
    const find = (what: string) => content.current?.querySelector<HTMLElement>(what);
    return find("[data-begins]") ?? find("input, select, textarea") ?? true;
  };
  const change = (next: boolean, { reason, event }: Base.Root.ChangeEventDetails) => {
    if (next) return;
    const byChance = reason === "escape-key" || reason === "outside-press";
    // meant for a dialog that came over this one
    const over = event.target instanceof Element ? event.target.closest("[role=dialog]") : null;
    if (byChance && over !== null && over !== popup.current) return;
    if (byChance && isTouched()) setDropping(reason !== "escape-key" || !dropping);
    else onClose();
  };
  return (
    <Base.Root open={open} disablePointerDismissal={firm} onOpenChange={change}>
      <Base.Portal>
        <Base.Backdrop
          className={cx(
            "veil fixed inset-0 z-40",
            kind === "side" ? "bg-ink/10 dark:bg-sunken/50" : "bg-ink/35 dark:bg-sunken/75",
          )}
        />
        <Base.Popup
          ref={popup}
          initialFocus={first}
          className={cx(
            "popup fixed z-50 flex flex-col overflow-hidden border-line bg-surface shadow-(--shadow-float)",
            "max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[92dvh] max-md:rounded-t-lg max-md:border-t",
            kind === "centre" &&
              cx(
                "md:top-[8dvh] md:left-1/2 md:max-h-[84dvh] md:max-w-[calc(100vw-3rem)] md:-translate-x-1/2 md:rounded-lg md:border",
                widths[size],
              ),
            kind === "side" && "side md:inset-y-0 md:right-0 md:w-[30rem] md:max-w-[90vw] md:border-l",
          )}
        >
          <div className="flex items-start justify-between gap-4 border-b border-line py-3 pr-3 pl-5">
            <div className="min-w-0 pt-0.5">
              <Base.Title className="text-lg font-semibold tracking-[-0.01em] wrap-anywhere">{title}</Base.Title>
              {description && <Base.Description className="mt-0.5 text-ink-2">{description}</Base.Description>}
            </div>
            <Base.Close render={<IconButton icon="close" label={t("action.close")} />} />
          </div>
          {dropping && (
            <div
              role="alert"
              className="flex flex-wrap items-center justify-between gap-2 border-b border-line bg-warn-soft px-5 py-2 text-warn"
            >
              <p>{t("dialog.unsaved")}</p>
              <div className="flex gap-2">
                <Button size="sm" autoFocus onClick={() => setDropping(false)}>
                  {t("dialog.unsaved.stay")}
                </Button>
                <Button size="sm" variant="danger" onClick={onClose}>
                  {t("dialog.unsaved.drop")}
                </Button>
              </div>
            </div>
          )}
          <div
            ref={content}
            onInput={onInput}
            className="min-h-0 flex-1 overflow-y-auto px-5 py-4"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            role="group"
            aria-label={t("dialog.content")}
          >
            {children}
          </div>
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
