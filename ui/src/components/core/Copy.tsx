import { useEffect, useState } from "react";
import { asCurl, type CurlCall } from "@/api/curl";
import { useT } from "@/i18n";
import { Button, IconButton } from "./Button";
import { notify } from "./toasts";

export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // without a secure origin there is no clipboard; the old way still works there
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

type CopyProps = { text: string; label: string; iconOnly?: boolean; onCopied?: () => void };

export function CopyButton({ text, label, iconOnly, onCopied }: CopyProps) {
  const t = useT();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    if (await copied(text)) {
      setDone(true);
      onCopied?.();
    } else notify({ tone: "bad", title: t("copy.failed") });
  };
  return iconOnly ? (
    <IconButton icon={done ? "ok" : "copy"} label={done ? t("copy.done") : label} onClick={copy} />
  ) : (
    <Button size="sm" icon={done ? "ok" : "copy"} onClick={copy}>
      <span aria-live="polite">{done ? t("copy.done") : label}</span>
    </Button>
  );
}

/** The call behind what is on the screen, for a shell. */
export function CopyAsCurl({ call }: { call: CurlCall }) {
  const t = useT();
  const copy = async () => {
    const done = await copied(asCurl(call));
    notify(
      done
        ? { tone: "well", title: t("copy.curl_done"), detail: t("copy.curl_key") }
        : { tone: "bad", title: t("copy.failed") },
    );
  };
  return (
    <Button variant="quiet" size="sm" icon="copy" className="max-md:order-last" onClick={copy}>
      {t("copy.curl")}
    </Button>
  );
}
