import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import { Button, FormProblem, TextField } from "@/components/core";
import { useT } from "@/i18n";
import { PasswordField } from "../PasswordField";
import { Threshold } from "../Threshold";
import { setupQuery, useSignIn } from "../useIdentity";

const route = getRouteApi("/sign-in");

export function SignIn() {
  const t = useT();
  const navigate = useNavigate();
  const { next } = route.useSearch();
  const setup = useQuery(setupQuery);
  const signIn = useSignIn();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { email: "", password: "" } });
  const required = { required: t("form.required") };

  const submit = handleSubmit((values) =>
    signIn.mutate(values, { onSuccess: () => void navigate({ to: next ?? "/integrations", replace: true }) }),
  );

  if (setup.data?.needed) {
    return (
      <Threshold title={t("setup.waiting_title")} lead={t("setup.waiting")}>
        <pre className="overflow-x-auto rounded-md border border-line bg-surface p-3 font-mono text-sm">
          ./linkspan run
        </pre>
        <p className="mt-3 text-ink-2">{t("setup.waiting_hint")}</p>
      </Threshold>
    );
  }
  return (
    <Threshold title={t("sign_in.title")} lead={next ? t("sign_in.next") : t("sign_in.lead")}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        {signIn.isError && <FormProblem error={signIn.error} />}
        <TextField
          label={t("field.email")}
          type="email"
          autoComplete="username"
          autoFocus
          error={formState.errors.email?.message}
          {...register("email", required)}
        />
        <PasswordField
          label={t("field.password")}
          autoComplete="current-password"
          error={formState.errors.password?.message}
          {...register("password", required)}
        />
        <Button type="submit" variant="primary" busy={signIn.isPending}>
          {t("sign_in.submit")}
        </Button>
      </form>
    </Threshold>
  );
}
