import { Switch as Base } from "@base-ui/react/switch";
import { useId } from "react";

type Props = {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** A sentence below the label. */
  help?: string;
  hideLabel?: boolean;
};

export function Switch({ label, checked, onChange, disabled, help, hideLabel }: Props) {
  const id = useId();
  return (
    <div className="flex items-center gap-2.5">
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={help ? `${id}-help` : undefined}
        className="group relative flex h-5 w-9 shrink-0 items-center rounded-full border border-edge bg-sunken p-0.5 transition-colors before:absolute before:-inset-1.5 before:content-[''] data-checked:border-accent data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3.5 rounded-full bg-edge transition-transform duration-150 data-checked:translate-x-4 data-checked:bg-on-accent" />
      </Base.Root>
      <div className={hideLabel ? "sr-only" : "min-w-0"}>
        <span id={`${id}-label`} className="block">
          {label}
        </span>
        {help && (
          <span id={`${id}-help`} className="block text-sm text-ink-3">
            {help}
          </span>
        )}
      </div>
    </div>
  );
}
