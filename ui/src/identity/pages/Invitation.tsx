import { zodResolver } from "@hookform/resolvers/zod";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useForm } from "react-hook-form";
import * as z from "zod/mini";
import { fieldErrors } from "@/api/problem";
import { Button, FormProblem, TextField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import { PasswordField } from "../PasswordField";
import { rules } from "../schemas";
import { Threshold } from "../Threshold";
import { useAcceptInvitation } from "../useIdentity";

const route = getRouteApi("/invite/$token");

export function Invitation() {
  const t = useT();
  const { token } = route.useParams();
  const navigate = useNavigate();
  const accept = useAcceptInvitation();
  const lang = useServerLang();
  const server = fieldErrors(accept.error);
  const schema = z.object({ name: z.string(), password: rules(t).newPassword });
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: "", password: "" },
  });
  const submit = handleSubmit(({ name, password }) =>
    accept.mutate(
      { token, password, ...(name.trim() && { name: name.trim() }) },
      { onSuccess: () => void navigate({ to: "/integrations", replace: true }) },
    ),
  );
  return (
    <Threshold title={t("invitation.title")} lead={t("invitation.lead")}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        {accept.isError && <FormProblem error={accept.error} />}
        <TextField
          label={t("field.name")}
          optional
          autoComplete="name"
          help={t("invitation.name_help")}
          {...register("name")}
        />
        <PasswordField
          label={t("field.new_password")}
          autoComplete="new-password"
          help={t("form.password_help")}
          error={formState.errors.password?.message ?? server.password}
          errorLang={formState.errors.password ? undefined : lang}
          {...register("password")}
        />
        <Button type="submit" variant="primary" busy={accept.isPending}>
          {t("invitation.submit")}
        </Button>
      </form>
    </Threshold>
  );
}
