import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useFailure } from "@/api/useFailure";
import { Button, CardSkeleton, LoadFailed, notify, PageHeader } from "@/components/core";
import { useT } from "@/i18n";
import { AboutMe } from "../components/AboutMe";
import { ApiKeys } from "../components/ApiKeys";
import { ChangePassword } from "../components/ChangePassword";
import { meQuery } from "../me";
import { useSignOut } from "../useIdentity";

export function Profile() {
  const t = useT();
  const navigate = useNavigate();
  const me = useQuery(meQuery);
  const failure = useFailure(me);
  const signOut = useSignOut();
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: () => void navigate({ to: "/sign-in", replace: true }),
      onError: () => notify({ tone: "bad", title: t("profile.sign_out_failed") }),
    });
  return (
    <>
      <PageHeader
        title={t("profile.title")}
        lead={me.data?.email}
        actions={
          <Button icon="exit" onClick={leave} busy={signOut.isPending}>
            {t("profile.sign_out")}
          </Button>
        }
      />
      {failure ? (
        <LoadFailed what={t("profile.title")} error={failure} onRetry={() => void me.refetch()} busy={me.isFetching} />
      ) : !me.data ? (
        <CardSkeleton cards={2} />
      ) : (
        <div className="grid gap-8">
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <AboutMe key={me.data.id} me={me.data} />
            <ChangePassword />
          </div>
          <ApiKeys admin={me.data.role === "admin"} />
        </div>
      )}
    </>
  );
}
