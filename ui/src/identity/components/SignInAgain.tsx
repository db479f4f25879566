import { useForm } from "react-hook-form";
import { Button, FormProblem, TextField } from "@/components/core";
import { Dialog } from "@/components/core/Dialog";
import { useT } from "@/i18n";
import { useMe } from "../me";
import { PasswordField } from "../PasswordField";
import { useSignInAgain } from "../useIdentity";

/** Over the page of a session that has ended: what is open stays as it is. */
export function SignInAgain({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const signIn = useSignInAgain();
  const { register, handleSubmit, formState } = useForm({
    defaultValues: { email: me.data?.email ?? "", password: "" },
  });
  const required = { required: t("form.required") };
  return (
    <Dialog open firm size="sm" onClose={onClose} title={t("session.again")} description={t("session.again.lead")}>
      <form onSubmit={handleSubmit((values) => signIn.mutate(values))} noValidate className="grid gap-4">
        {signIn.isError && <FormProblem error={signIn.error} />}
        <TextField
          label={t("field.email")}
          type="email"
          autoComplete="username"
          error={formState.errors.email?.message}
          {...register("email", required)}
        />
        <PasswordField
          label={t("field.password")}
          autoComplete="current-password"
          data-begins
          error={formState.errors.password?.message}
          {...register("password", required)}
        />
        <div className="flex justify-end">
          <Button type="submit" variant="primary" busy={signIn.isPending}>
            {t("session.sign_in")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
