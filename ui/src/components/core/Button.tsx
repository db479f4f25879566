import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./Icon";
import { LoadingSpinner } from "./LoadingSpinner";

type Look = {
  variant?: "primary" | "secondary" | "quiet" | "danger";
  size?: "md" | "sm";
  icon?: IconName;
};

const variants = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-deep font-medium",
  secondary: "bg-surface text-ink border-edge/55 hover:border-edge hover:bg-canvas",
  quiet: "bg-transparent text-ink-2 border-transparent hover:bg-sunken hover:text-ink",
  danger: "bg-surface text-bad border-bad-mark/60 hover:bg-bad-soft hover:border-bad-mark font-medium",
};
const sizes = {
  md: "h-9 px-3.5 text-base max-md:h-10",
  sm: "h-7.5 px-2.5 text-sm max-md:h-9",
};

export function buttonLook({ variant = "secondary", size = "md" }: Look): string {
  return cx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border whitespace-nowrap select-none transition-colors duration-100",
    "disabled:opacity-55 disabled:pointer-events-none aria-disabled:opacity-55",
    variants[variant],
    sizes[size],
  );
}

export type ButtonProps = ComponentProps<"button"> & Look & { busy?: boolean };

export function Button({ variant, size, icon, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      // focus must not be lost while it works, as it would be by disabling it
      aria-disabled={busy || rest["aria-disabled"]}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(buttonLook({ variant, size }), className)}
    >
      {busy ? <LoadingSpinner size={14} /> : icon && <Icon name={icon} size={size === "sm" ? 14 : 16} />}
      {children}
    </button>
  );
}

/** A link that looks like a button, where pressing it goes somewhere. */
export function ButtonLink({
  variant,
  size,
  icon,
  className,
  children,
  ...link
}: LinkProps & Look & { className?: string; children?: ReactNode }) {
  return (
    <Link {...link} className={cx(buttonLook({ variant, size }), className)}>
      {icon && <Icon name={icon} size={size === "sm" ? 14 : 16} />}
      {children}
    </Link>
  );
}

export function IconButton({
  icon,
  label,
  className,
  ...rest
}: ComponentProps<"button"> & { icon: IconName; label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={cx(
        "inline-grid size-8 shrink-0 place-items-center rounded-md text-ink-2 transition-colors hover:bg-sunken hover:text-ink max-md:size-10",
        className,
      )}
    >
      <Icon name={icon} />
    </button>
  );
}
