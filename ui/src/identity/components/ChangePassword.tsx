import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { fieldErrors } from "@/api/problem";
import { Button, Card, FormProblem, notify } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { PasswordField } from "../PasswordField";
import { rules } from "../schemas";
import { useUpdateMe } from "../useIdentity";

export function ChangePassword() {
  const t = useT();
  const update = useUpdateMe();
  const rule = rules(t);
  const lang = useServerLang();
  const server = fieldErrors(update.error);
  const { register, handleSubmit, reset, formState } = useForm({
    resolver: zodResolver(z.object({ current_password: rule.required, password: rule.newPassword })),
    defaultValues: { current_password: "", password: "" },
  });
  const change = handleSubmit((values) =>
    update.mutate(values, {
      onSuccess: () => {
        reset();
        notify({ tone: "well", title: t("profile.password_changed"), detail: t("profile.password_changed_detail") });
      },
    }),
  );
  return (
    <Card className="p-5" aria-labelledby="change-password">
      <h2 id="change-password" className="text-lg font-semibold">
        {t("profile.password")}
      </h2>
      <p className="mt-1 mb-4 text-ink-2">{t("profile.password_lead")}</p>
      <form onSubmit={change} noValidate className="grid gap-4">
        {update.isError && <FormProblem error={update.error} />}
        <PasswordField
          label={t("field.current_password")}
          autoComplete="current-password"
          error={formState.errors.current_password?.message ?? server.current_password}
          errorLang={formState.errors.current_password ? undefined : lang}
          {...register("current_password")}
        />
        <PasswordField
          label={t("field.new_password")}
          autoComplete="new-password"
          help={t("form.password_help")}
          error={formState.errors.password?.message ?? server.password}
          errorLang={formState.errors.password ? undefined : lang}
          {...register("password")}
        />
        <div>
          <Button type="submit" busy={update.isPending}>
            {t("profile.password_change")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
