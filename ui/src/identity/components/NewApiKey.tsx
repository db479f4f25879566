import { type FormEvent, useState } from "react";
import { Button, Checkbox, cx, FormProblem, SelectField, TextField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { ShownOnce } from "@/components/core/ShownOnce";
import { useT } from "@/i18n";
import type { Scope } from "@/types";
import { useCreateApiKey } from "../useIdentity";

const scopes: readonly Scope[] = [
  "calendars:read",
  "calendars:write",
  "availability:read",
  "availability:write",
  "logs:read",
  "webhooks:read",
  "webhooks:write",
  "events:write",
  "profile:read",
  "profile:write",
  "stream:read",
];
/** Where keys are listed the words stand within a line; here each begins one. */
const scopeLook = "[&>span]:first-letter:uppercase [&>span]:inline-block";
const lifetimes = [30, 90, 365, 0] as const;

/** Makes a key, and shows it this once. */
export function NewApiKey({ admin, onClose }: { admin: boolean; onClose: () => void }) {
  const t = useT();
  const create = useCreateApiKey();
  const [name, setName] = useState("");
  const [all, setAll] = useState(true);
  const [some, setSome] = useState<readonly Scope[]>([]);
  const [days, setDays] = useState<number>(90);
  const [tried, setTried] = useState(false);
  // the end of a key is the same for each try of one submit
  const [opened] = useState(Date.now);
  const chosen: readonly Scope[] = all ? ["*", ...some.filter((scope) => scope === "admin")] : some;
  const noName = tried && !name.trim() ? t("form.required") : undefined;

  const make = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || chosen.length === 0) return;
    const expires_at = days ? new Date(opened + days * 86_400_000).toISOString() : null;
    create.mutate({ name: name.trim(), scopes: [...chosen], expires_at });
  };

  if (create.isSuccess) {
    return (
      <ShownOnce
        title={t("keys.made")}
        description={t("keys.made_lead")}
        secret={create.data.key}
        stored={t("keys.stored")}
        onClose={onClose}
      >
        <h3 className="mb-1.5 font-semibold">{t("keys.try")}</h3>
        <pre className="overflow-x-auto rounded-md border border-line bg-canvas p-3 font-mono text-sm">
          {`export LINKSPAN_API_KEY='${create.data.prefix}…'\ncurl ${window.location.origin}/api/v1/users/me/ \\\n  -H "Authorization: Bearer $LINKSPAN_API_KEY"`}
        </pre>
      </ShownOnce>
    );
  }
  const toggle = (scope: Scope) =>
    setSome(some.includes(scope) ? some.filter((each) => each !== scope) : [...some, scope]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("keys.make")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" form="new-api-key" variant="primary" busy={create.isPending}>
            {t("keys.make_now")}
          </Button>
        </>
      }
    >
      <form id="new-api-key" onSubmit={make} noValidate className="grid gap-5">
        {create.isError && <FormProblem error={create.error} />}
        <TextField
          label={t("keys.name")}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
          help={t("keys.name_help")}
          error={noName}
        />
        <fieldset>
          <legend className="mb-1.5 font-medium">{t("keys.scopes")}</legend>
          <div className="grid gap-1">
            <label className="flex min-h-6 items-center gap-2">
              <input
                type="radio"
                name="reach"
                className="size-4 accent-accent"
                checked={all}
                onChange={() => setAll(true)}
              />
              {t("keys.scopes_all")}
            </label>
            <label className="flex min-h-6 items-center gap-2">
              <input
                type="radio"
                name="reach"
                className="size-4 accent-accent"
                checked={!all}
                onChange={() => setAll(false)}
              />
              {t("keys.scopes_some")}
            </label>
          </div>
          {!all && (
            <div className="mt-2 ml-6 grid gap-1 sm:grid-cols-2">
              {scopes.map((scope) => (
                <Checkbox
                  key={scope}
                  className={scopeLook}
                  label={t(`scope.${scope}`)}
                  checked={some.includes(scope)}
                  onChange={() => toggle(scope)}
                />
              ))}
            </div>
          )}
          {admin && (
            <Checkbox
              className={cx("mt-2", scopeLook)}
              label={t("scope.admin")}
              checked={some.includes("admin")}
              onChange={() => toggle("admin")}
            />
          )}
          {tried && chosen.length === 0 && <p className="mt-1 text-sm text-bad">{t("keys.scopes_none")}</p>}
        </fieldset>
        <SelectField label={t("keys.lifetime")} value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {lifetimes.map((length) => (
            <option key={length} value={length}>
              {length ? t("keys.days", { count: length }) : t("keys.forever")}
            </option>
          ))}
        </SelectField>
      </form>
    </Dialog>
  );
}
