import { useState } from "react";
import { useForm } from "react-hook-form";
import { fieldErrors } from "@/api/problem";
import { Button, Card, FormProblem, notify, TextField } from "@/components/core";
import { useServerLang, useT } from "@/i18n";
import type { User } from "@/types";
import { PasswordField } from "../PasswordField";
import { useUpdateMe } from "../useIdentity";
import { ZoneField } from "../ZoneField";

/** Name, email and zone. A new email needs the password, so that a borrowed screen cannot take the account. */
export function AboutMe({ me }: { me: User }) {
  const t = useT();
  const lang = useServerLang();
  const update = useUpdateMe();
  const [zone, setZone] = useState(me.time_zone);
  const { register, handleSubmit, watch, resetField, formState } = useForm({
    values: { name: me.name, email: me.email, current_password: "" },
  });
  const newEmail = watch("email").trim().toLowerCase() !== me.email.toLowerCase();
  const server = fieldErrors(update.error);
  const required = { validate: (value: string) => value.trim() !== "" || t("form.required") };

  const save = handleSubmit(({ name, email, current_password }) => {
    const change = {
      ...(name.trim() !== me.name && { name: name.trim() }),
      ...(zone !== me.time_zone && { time_zone: zone }),
      ...(newEmail && { email: email.trim(), current_password }),
    };
    if (Object.keys(change).length === 0) {
      notify({ tone: "well", title: t("profile.unchanged") });
      return;
    }
    update.mutate(change, {
      onSuccess: () => {
        resetField("current_password");
        notify({ tone: "well", title: t("profile.saved") });
      },
    });
  });

  return (
    <Card className="p-5" aria-labelledby="about-me">
      <h2 id="about-me" className="mb-4 text-lg font-semibold">
        {t("profile.about")}
      </h2>
      <form onSubmit={save} noValidate className="grid gap-4">
        {update.isError && <FormProblem error={update.error} />}
        <TextField
          label={t("field.name")}
          autoComplete="name"
          error={formState.errors.name?.message ?? server.name}
          errorLang={formState.errors.name ? undefined : lang}
          {...register("name", required)}
        />
        <TextField
          label={t("field.email")}
          type="email"
          autoComplete="email"
          error={formState.errors.email?.message ?? server.email}
          errorLang={formState.errors.email ? undefined : lang}
          {...register("email", required)}
        />
        {newEmail && (
          <PasswordField
            label={t("field.current_password")}
            autoComplete="current-password"
            help={t("profile.email_password_help")}
            error={formState.errors.current_password?.message ?? server.current_password}
            errorLang={formState.errors.current_password ? undefined : lang}
            {...register("current_password", required)}
          />
        )}
        <ZoneField label={t("field.time_zone")} value={zone} onChange={setZone} help={t("profile.zone_help")} />
        <div>
          <Button type="submit" variant="primary" busy={update.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
