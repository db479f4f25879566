import { useState } from "react";
import { Button, CopyButton, cx } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { snippets } from "../snippets";
import type { CreatedWebhook } from "../types";

/** The secret, this once, and how a receiver checks with it. */
export function SecretOnce({
  made,
  rotated,
  onClose,
}: {
  made: CreatedWebhook;
  rotated?: boolean;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <Dialog
      open
      onClose={onClose}
      size="lg"
      title={t("webhook.secret_now")}
      description={t(rotated ? "webhook.secret_rotated" : "webhook.secret_once")}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t("webhook.secret_stored")}
        </Button>
      }
    >
      <div className="flex flex-wrap items-center gap-3 rounded-md border border-accent/40 bg-accent-soft p-3">
        <code className="min-w-0 flex-1 font-mono break-all">{made.secret_key}</code>
        <CopyButton text={made.secret_key} label={t("copy.copy")} />
      </div>
      <Snippets />
    </Dialog>
  );
}

export function Snippets() {
  const t = useT();
  const languages = Object.keys(snippets);
  const [language, setLanguage] = useState(languages[0] ?? "");
  const code = snippets[language] ?? "";
  return (
    <section aria-labelledby="verify" className="mt-5">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h3 id="verify" className="font-semibold">
          {t("webhook.verify")}
        </h3>
        <CopyButton text={code} label={t("copy.copy")} />
      </div>
      <div role="group" aria-label={t("webhook.language")} className="mb-2 flex flex-wrap gap-1">
        {languages.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === language}
            onClick={() => setLanguage(each)}
            className={cx(
              "h-7 rounded-md px-2.5 text-sm max-md:h-9",
              each === language ? "bg-accent-soft font-medium text-accent" : "text-ink-2 hover:bg-sunken",
            )}
          >
            {each}
          </button>
        ))}
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-md border border-line bg-canvas p-3 font-mono text-sm leading-relaxed"
      >
        {code}
      </pre>
    </section>
  );
}
