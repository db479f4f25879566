import { useT } from "@/i18n";

export type Pick = (path: readonly string[], value: string | number | boolean) => void;

/** JSON as a tree; branches fold, and a leaf that can be filtered by is a button. */
export function JsonTree({
  value,
  path = [],
  onPick,
  canPick,
}: {
  value: unknown;
  path?: readonly string[];
  onPick?: Pick;
  canPick?: (path: readonly string[], value: unknown) => boolean;
}) {
  if (value === null || typeof value !== "object") {
    return <Leaf value={value as Primitive} path={path} onPick={onPick} canPick={canPick} />;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="text-ink-3">{Array.isArray(value) ? "[ ]" : "{ }"}</span>;
  return (
    <ul className="grid gap-0.5 font-mono text-sm">
      {entries.map(([key, child]) => {
        const nested = child !== null && typeof child === "object" && Object.keys(child).length > 0;
        return (
          <li key={key} className="min-w-0">
            {nested ? (
              <details open={path.length < 2}>
                <summary className="min-h-6 rounded-sm text-accent">{key}</summary>
                <div className="ml-1.5 border-l border-line pl-3">
                  <JsonTree value={child} path={[...path, key]} onPick={onPick} canPick={canPick} />
                </div>
              </details>
            ) : (
              <div className="flex flex-wrap gap-x-2">
                <span className="text-ink-3">{key}</span>
                <JsonTree value={child} path={[...path, key]} onPick={onPick} canPick={canPick} />
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

type Primitive = string | number | boolean | null;

function Leaf({
  value,
  path,
  onPick,
  canPick,
}: {
  value: Primitive;
  path: readonly string[];
  onPick?: Pick;
  canPick?: (path: readonly string[], value: unknown) => boolean;
}) {
  const t = useT();
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const look = typeof value === "string" ? "text-ink" : "text-accent";
  if (value !== null && onPick && canPick?.(path, value)) {
    return (
      <button
        type="button"
        onClick={() => onPick(path, value)}
        title={t("json.filter")}
        aria-label={t("json.filter_by", { name: path.join("."), value: text })}
        className={`${look} min-h-6 rounded-sm text-left break-all underline decoration-dotted underline-offset-3 hover:bg-accent-soft`}
      >
        {text}
      </button>
    );
  }
  return <span className={`${look} break-all`}>{text}</span>;
}
