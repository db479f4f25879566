import { CopyButton, StatusMark } from "@/components/core";
import { JsonTree } from "@/components/core/JsonTree";
import { useT } from "@/i18n";
import { signatureBase } from "../webhookState";

type Props = {
  request: { url?: string; headers: Readonly<Record<string, string>>; body: string | null };
  response: {
    status: number | null;
    headers: Readonly<Record<string, string>> | null;
    body: string | null;
    cut?: boolean;
  } | null;
  duration: number;
  success: boolean;
  error: string | null;
};

/** One request and its answer, to the byte, and what its signature was made of. */
export function Exchange({ request, response, duration, success, error }: Props) {
  const t = useT();
  const base = request.body === null ? null : signatureBase(request.headers, request.body);
  return (
    <div className="grid gap-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusMark tone={success ? "well" : "bad"}>
          {response?.status ? t("delivery.answered", { status: response.status }) : t("delivery.no_answer")}
        </StatusMark>
        <span className="text-ink-2">{t("delivery.took", { count: duration })}</span>
      </p>
      {error && (
        <p lang="en" className="text-bad">
          {error}
        </p>
      )}
      <Part title={t("delivery.request")} headers={request.headers} body={request.body} url={request.url} />
      {response && (
        <Part title={t("delivery.response")} headers={response.headers ?? {}} body={response.body} cut={response.cut} />
      )}
      {base && (
        <section>
          <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
            <h4 className="font-medium">{t("delivery.signature_base")}</h4>
            <CopyButton iconOnly text={base} label={t("delivery.copy_base")} />
          </div>
          <Code text={base} />
        </section>
      )}
    </div>
  );
}

function Part({
  title,
  headers,
  body,
  url,
  cut,
}: {
  title: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  url?: string;
  cut?: boolean;
}) {
  const t = useT();
  const json = parsed(body);
  return (
    <section>
      <h4 className="mb-1 font-medium">{title}</h4>
      {url && <p className="mb-1 font-mono text-sm break-all text-ink-2">POST {url}</p>}
      <details>
        <summary className="min-h-6 rounded-sm text-sm text-ink-2">
          {t("delivery.headers", { count: Object.keys(headers).length })}
        </summary>
        <dl className="mt-1 grid gap-0.5 font-mono text-sm">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name} className="break-all">
              <dt className="inline text-ink-3">{name}: </dt>
              <dd className="inline">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {json ? (
        <div className="mt-1 rounded-md border border-line bg-canvas p-3">
          <JsonTree value={json} />
        </div>
      ) : body ? (
        <Code text={body} />
      ) : (
        <p className="text-sm text-ink-3">{t("delivery.no_body")}</p>
      )}
      {cut && <p className="mt-1 text-sm text-ink-3">{t("delivery.cut")}</p>}
    </section>
  );
}

function Code({ text }: { text: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-48 overflow-auto rounded-md border border-line bg-canvas p-3 font-mono text-sm break-all whitespace-pre-wrap"
    >
      {text}
    </pre>
  );
}

function parsed(body: string | null): object | null {
  try {
    const value: unknown = JSON.parse(body ?? "");
    return value !== null && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
