import { useNavigate } from "@tanstack/react-router";
import { Button, type ButtonProps, Later, onDemand } from "@/components/core";
import { useT, withWords } from "@/i18n";

const ConnectDialog = onDemand(() =>
  withWords("connect", import("./ConnectDialog")).then((module) => module.ConnectDialog),
);

type Props = Pick<ButtonProps, "variant" | "size"> & { label?: string };

/** Opens the connect dialog, which has its place in the address. */
export function ConnectIntegrationButton({ variant = "primary", size, label }: Props) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <Button
      variant={variant}
      size={size}
      icon="plus"
      onClick={() => void navigate({ to: ".", search: (was: object) => ({ ...was, connect: "true" }) as never })}
    >
      {label ?? t("nav.connect")}
    </Button>
  );
}

/** The dialog, on pages whose address can ask for it. */
export function ConnectPlace({ start }: { start?: string }) {
  const navigate = useNavigate();
  if (!start) return null;
  const close = () =>
    void navigate({ to: ".", search: ({ connect: _, ...rest }: { connect?: string }) => rest as never, replace: true });
  return (
    <Later asked={start} onClose={close}>
      <ConnectDialog start={start} onClose={close} />
    </Later>
  );
}
