import type { ComponentProps, ReactNode } from "react";
import { useId } from "react";
import { useT } from "@/i18n";
import { cx } from "./cx";
import { Icon } from "./Icon";

type FieldProps = {
  label: string;
  help?: ReactNode;
  error?: string;
  /** Errors that the server wrote are in English. */
  errorLang?: string;
  optional?: boolean;
};

const box =
  "w-full rounded-md border border-edge bg-surface px-3 text-ink max-md:text-[1rem] aria-invalid:border-bad-mark disabled:opacity-60";

function Frame({
  id,
  label,
  help,
  error,
  errorLang,
  optional,
  children,
}: FieldProps & { id: string; children: ReactNode }) {
  const t = useT();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
        {optional && <span className="font-normal text-ink-3"> · {t("form.optional")}</span>}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} lang={errorLang} className="rise mt-1 flex gap-1.5 text-sm text-bad">
          <Icon name="bad" size={14} className="mt-0.5" />
          <span>{error}</span>
        </p>
      )}
      {help && (
        <div id={`${id}-help`} className="mt-1 text-sm text-ink-3">
          {help}
        </div>
      )}
    </div>
  );
}

function described(id: string, { help, error }: FieldProps) {
  return cx(error && `${id}-error`, help ? `${id}-help` : "") || undefined;
}

export function TextField({
  label,
  help,
  error,
  errorLang,
  optional,
  className,
  ...input
}: FieldProps & ComponentProps<"input">) {
  const own = useId();
  const id = input.id ?? own;
  return (
    <Frame id={id} label={label} help={help} error={error} errorLang={errorLang} optional={optional}>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { label, help, error })}
        className={cx(box, "h-9 max-md:h-11", className)}
      />
    </Frame>
  );
}

/** Several lines, as they are: for what is read by machines. */
export function TextAreaField({
  label,
  help,
  error,
  errorLang,
  optional,
  className,
  ...area
}: FieldProps & ComponentProps<"textarea">) {
  const own = useId();
  const id = area.id ?? own;
  return (
    <Frame id={id} label={label} help={help} error={error} errorLang={errorLang} optional={optional}>
      <textarea
        {...area}
        id={id}
        spellCheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, { label, help, error })}
        className={cx(box, "block py-2 font-mono text-sm", className)}
      />
    </Frame>
  );
}

/** The browser's own list: it works with every keyboard, screen reader and phone. */
export function SelectField({
  label,
  help,
  error,
  errorLang,
  optional,
  children,
  hideLabel,
  className,
  ...select
}: FieldProps & ComponentProps<"select"> & { hideLabel?: boolean }) {
  const own = useId();
  const id = select.id ?? own;
  const list = (
    <select
      {...select}
      id={id}
      aria-label={hideLabel ? label : undefined}
      aria-invalid={error ? true : undefined}
      aria-describedby={described(id, { label, help, error })}
      className={cx(box, "h-9 py-0 pr-2 pl-2.5 max-md:h-11", className)}
    >
      {children}
    </select>
  );
  if (hideLabel) return list;
  return (
    <Frame id={id} label={label} help={help} error={error} errorLang={errorLang} optional={optional}>
      {list}
    </Frame>
  );
}

export function Checkbox({ label, className, ...input }: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className={cx("flex min-h-6 items-center gap-2", className)}>
      <input {...input} type="checkbox" className="size-4 shrink-0 accent-accent" />
      <span className="min-w-0">{label}</span>
    </label>
  );
}
