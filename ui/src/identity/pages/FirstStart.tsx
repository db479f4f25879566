import { zodResolver } from "@hookform/resolvers/zod";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { fieldErrors } from "@/api/problem";
import { useFailure } from "@/api/useFailure";
import { deviceZone } from "@/app/time";
import { Button, ButtonLink, cx, EmptyState, FormProblem, Icon, LoadFailed, TextField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { ConnectFlow } from "@/integrations/components/ConnectFlow";
import { PasswordField } from "../PasswordField";
import { rules } from "../schemas";
import { Threshold } from "../Threshold";
import { setupQuery, useCompleteSetup } from "../useIdentity";
import { ZoneField } from "../ZoneField";

const route = getRouteApi("/setup/$token");

type Admin = { name: string; email: string; password: string };
const adminFields: readonly (keyof Admin)[] = ["name", "email", "password"];
type Step = "admin" | "zone" | "connect";
const order: readonly Step[] = ["admin", "zone", "connect"];

/** The very first start: who, where in time, and a first calendar. */
export function FirstStart() {
  const t = useT();
  const { token } = route.useParams();
  const setup = useQuery({ ...setupQuery, staleTime: Number.POSITIVE_INFINITY });
  const failure = useFailure(setup);
  const complete = useCompleteSetup();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>("admin");
  const [admin, setAdmin] = useState<Admin>({ name: "", email: "", password: "" });
  const [zone, setZone] = useState(deviceZone);
  const heading = useRef<HTMLDivElement>(null);
  const started = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each step begins at what it says or asks first
  useEffect(() => {
    if (started.current) heading.current?.querySelector<HTMLElement>("[data-begins], input, select")?.focus();
    started.current = true;
  }, [step]);

  if (failure) {
    return (
      <Threshold title={t("setup.title")} wide>
        <LoadFailed
          what={t("setup.state")}
          error={failure}
          onRetry={() => void setup.refetch()}
          busy={setup.isFetching}
        />
      </Threshold>
    );
  }

  if (setup.data && !setup.data.needed && step !== "connect" && !complete.isSuccess) {
    return (
      <Threshold title={t("setup.title")}>
        <EmptyState
          quiet
          title={t("setup.done_title")}
          action={
            <ButtonLink to="/sign-in" variant="primary">
              {t("sign_in.submit")}
            </ButtonLink>
          }
        >
          {t("setup.done")}
        </EmptyState>
      </Threshold>
    );
  }

  const refused = fieldErrors(complete.error);
  const finish = () =>
    complete.mutate(
      { token, ...admin, time_zone: zone },
      {
        onSuccess: () => setStep("connect"),
        // what the server says of a field is said at that field
        onError: (error) => {
          if (adminFields.some((field) => field in fieldErrors(error))) setStep("admin");
        },
      },
    );
  const leave = () => void navigate({ to: "/integrations", replace: true });
  const choose = ({ id }: { id: string }) =>
    void navigate({ to: "/integrations/calendars/$id", params: { id }, replace: true });

  return (
    <Threshold title={t("setup.title")} lead={t("setup.lead")} wide>
      <Steps at={step} />
      <div ref={heading} className="mt-6">
        {step === "admin" && (
          <AdminStep
            value={admin}
            error={complete.error}
            onNext={(value) => {
              complete.reset();
              setAdmin(value);
              setStep("zone");
            }}
          />
        )}
        {step === "zone" && (
          <div className="rise grid gap-5">
            {complete.isError && <FormProblem error={complete.error} />}
            <ZoneField
              label={t("field.time_zone")}
              value={zone}
              onChange={setZone}
              help={t("setup.zone_help")}
              error={refused.time_zone}
            />
            <div className="flex justify-between gap-2">
              <Button icon="left" onClick={() => setStep("admin")}>
                {t("action.back")}
              </Button>
              <Button variant="primary" busy={complete.isPending} onClick={finish}>
                {t("setup.create")}
              </Button>
            </div>
          </div>
        )}
        {step === "connect" && (
          <div className="rise">
            <p data-begins tabIndex={-1} className="mb-4 text-ink-2 outline-none">
              {t("setup.connect_lead")}
            </p>
            <ConnectFlow onDone={choose} />
            <div className="mt-5 border-t border-line pt-4">
              <Button variant="quiet" onClick={leave}>
                {t("setup.skip")}
              </Button>
            </div>
          </div>
        )}
      </div>
    </Threshold>
  );
}

function AdminStep({
  value,
  error,
  onNext,
}: {
  value: Admin;
  /** What the server said of it before. */
  error: unknown;
  onNext: (value: Admin) => void;
}) {
  const t = useT();
  const lang = useServerLang();
  const refused = fieldErrors(error);
  const rule = rules(t);
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(z.object({ name: rule.name, email: rule.email, password: rule.newPassword })),
    defaultValues: value,
  });
  const said = (field: keyof Admin) => {
    const own = formState.errors[field]?.message;
    return own ? { error: own } : { error: refused[field], errorLang: lang };
  };
  return (
    <form onSubmit={handleSubmit(onNext)} noValidate className="grid gap-4">
      {adminFields.some((field) => field in refused) && <FormProblem error={error} />}
      <TextField label={t("field.name")} autoComplete="name" {...said("name")} {...register("name")} />
      <TextField
        label={t("field.email")}
        type="email"
        autoComplete="username"
        help={t("setup.email_help")}
        {...said("email")}
        {...register("email")}
      />
      <PasswordField
        label={t("field.password")}
        autoComplete="new-password"
        help={t("form.password_help")}
        {...said("password")}
        {...register("password")}
      />
      <div className="flex justify-end">
        <Button type="submit" variant="primary">
          {t("action.next")}
        </Button>
      </div>
    </form>
  );
}

function Steps({ at }: { at: Step }) {
  const t = useT();
  const now = order.indexOf(at);
  const names: Record<Step, ReactNode> = {
    admin: t("setup.step.admin"),
    zone: t("setup.step.zone"),
    connect: t("setup.step.connect"),
  };
  return (
    <ol className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {order.map((step, place) => (
        <li
          key={step}
          aria-current={place === now ? "step" : undefined}
          className={cx("flex items-center gap-2", place === now ? "font-semibold text-ink" : "text-ink-3")}
        >
          {place > 0 && <span aria-hidden="true" className="h-px w-5 bg-edge" />}
          <span
            className={cx(
              "grid size-6 place-items-center rounded-full border text-sm",
              place < now && "border-accent bg-accent text-on-accent",
              place === now && "border-accent text-accent",
              place > now && "border-edge",
            )}
          >
            {place < now ? <Icon name="ok" size={13} /> : place + 1}
          </span>
          {names[step]}
          {place < now && <span className="sr-only">{t("setup.step_done")}</span>}
        </li>
      ))}
    </ol>
  );
}
