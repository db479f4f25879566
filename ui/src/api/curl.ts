export type CurlCall = { method?: string; path: string; body?: unknown };

/** Quotes for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same call for a shell, with the API key in a variable so that none is copied around. */
export function asCurl({ method = "GET", path, body }: CurlCall, origin = window.location.origin): string {
  const parts = ["curl"];
  if (method !== "GET") parts.push(`-X ${method}`);
  parts.push(quoted(origin + path), `-H "Authorization: Bearer $LINKSPAN_API_KEY"`);
  if (body !== undefined) parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`);
  return parts.join(" \\\n  ");
}
