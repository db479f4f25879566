import { useState } from "react";
import { CopyButton, cx } from "@/components/core";
import { useT } from "@/i18n";
import { snippets } from "../snippets";
import type { SignatureKind, Webhook } from "../types";
import { PublicKey } from "./PublicKey";

const signatureKinds: readonly SignatureKind[] = ["v1", "v1a"];

/** How a receiver checks a delivery: with the secret, or with the public key where the webhook has one. */
export function Snippets({ webhook }: { webhook: Webhook }) {
  const t = useT();
  const [kind, setKind] = useState<SignatureKind>("v1");
  const languages = Object.keys(snippets[kind]);
  const [language, setLanguage] = useState(languages[0] ?? "");
  const code = snippets[kind][language] ?? "";
  const known = signatureKinds.filter((each) => webhook.signatures.includes(each));
  const kinds = known.length > 1 ? known : [];
  return (
    <section aria-labelledby="verify" className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 id="verify" className="font-semibold">
          {t("webhook.verify")}
        </h3>
        <CopyButton text={code} label={t("copy.copy")} />
      </div>
      {kinds.length > 0 && (
        <div role="group" aria-label={t("webhook.kind")} className="flex flex-wrap gap-1">
          {kinds.map((each) => (
            <Choice key={each} chosen={each === kind} onChoose={() => setKind(each)}>
              {t(`webhook.kind.${each}`)}
            </Choice>
          ))}
        </div>
      )}
      {kind === "v1a" && webhook.public_key && <PublicKey text={webhook.public_key} />}
      <div role="group" aria-label={t("webhook.language")} className="flex flex-wrap gap-1">
        {languages.map((each) => (
          <Choice key={each} chosen={each === language} onChoose={() => setLanguage(each)}>
            {each}
          </Choice>
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

function Choice({ chosen, onChoose, children }: { chosen: boolean; onChoose: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={cx(
        "h-7 rounded-md px-2.5 text-sm max-md:h-9",
        chosen ? "bg-accent-soft font-medium text-accent" : "text-ink-2 hover:bg-sunken",
      )}
    >
      {children}
    </button>
  );
}
