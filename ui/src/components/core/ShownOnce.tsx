import { type ReactNode, useState } from "react";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { CopyButton } from "./Copy";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";

type Props = {
  title: string;
  description: string;
  secret: string;
  /** Says that it has been stored, and closes. */
  stored: string;
  size?: "md" | "lg";
  onClose: () => void;
  children: ReactNode;
};

/** A secret that does not come again. Before it was copied, closing it otherwise than by its button takes two tries. */
export function ShownOnce({ title, description, secret, stored, size, onClose, children }: Props) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const [warned, setWarned] = useState(false);
  return (
    <Dialog
      open
      firm
      size={size}
      title={title}
      description={description}
      onClose={() => (copied || warned ? onClose() : setWarned(true))}
      footer={
        <Button variant="primary" onClick={onClose}>
          {stored}
        </Button>
      }
    >
      <div className="mb-5 grid gap-2">
        <div className="flex flex-wrap items-center gap-3 rounded-md border border-accent/40 bg-accent-soft p-3">
          <code className="min-w-0 flex-1 font-mono break-all">{secret}</code>
          <CopyButton text={secret} label={t("copy.copy")} onCopied={() => setCopied(true)} />
        </div>
        {warned && !copied && (
          <p role="alert" className="flex gap-1.5 text-warn">
            <Icon name="warn" className="mt-0.5" /> {t("copy.not_yet")}
          </p>
        )}
      </div>
      {children}
    </Dialog>
  );
}
