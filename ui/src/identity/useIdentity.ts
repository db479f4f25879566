import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, forgetVersions } from "@/api/client";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { ApiProblem } from "@/api/problem";
import type { components } from "@/api/schema";
import { sessionBegan } from "@/api/session";
import { useSubmitKey } from "@/api/submitKey";
import { dismissAllToasts } from "@/components/core/toasts";

type Schemas = components["schemas"];

export const setupQuery = queryOptions({
  queryKey: keys.setup,
  queryFn: ({ signal }) => call("get", "/api/v1/setup/", { signal }),
  staleTime: 60_000,
});

function beginAnew(client: QueryClient) {
  client.clear();
  forgetVersions();
  dismissAllToasts();
}

function begin(client: QueryClient, user: Schemas["User"]) {
  client.setQueryData(keys.me, user);
  sessionBegan();
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["LoginRequest"]) => call("post", "/api/v1/auth/login/", { body }),
    onSuccess: (user) => {
      beginAnew(client);
      begin(client, user);
    },
  });
}

/** Goes on with the page that is open; who signs in to another account begins with a page of one's own. */
export function useSignInAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["LoginRequest"]) => call("post", "/api/v1/auth/login/", { body }),
    onSuccess: (user) => {
      const before = client.getQueryData<Schemas["User"]>(keys.me);
      if (before?.id !== user.id) {
        window.location.reload();
        return;
      }
      begin(client, user);
      void client.invalidateQueries();
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      try {
        await call("post", "/api/v1/auth/logout/");
      } catch (error) {
        // it has ended already, which is what was asked for
        if (!(error instanceof ApiProblem && error.unauthenticated)) throw error;
      }
    },
    onSuccess: () => beginAnew(client),
  });
}

export function useCompleteSetup() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["SetupRequest"]) => call("post", "/api/v1/setup/", { body }),
    onSuccess: (user) => {
      begin(client, user);
      client.setQueryData(keys.setup, { needed: false });
    },
  });
}

export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["AcceptInvitationRequest"]) => call("post", "/api/v1/auth/accept-invitation/", { body }),
    onSuccess: (user) => begin(client, user),
  });
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["UpdateMeRequest"]) => call("patch", "/api/v1/users/me/", { body, guarded: true }),
    onSuccess: (user) => client.setQueryData(keys.me, user),
    // 412: read it again, so that repeating the change is possible
    onError: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}

export function useApiKeys() {
  return useQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ signal }) => call("get", "/api/v1/api-keys/", { signal }),
  });
}

export function useCreateApiKey() {
  const client = useQueryClient();
  const once = useSubmitKey();
  return useMutation({
    mutationFn: (body: Schemas["CreateApiKeyRequest"]) =>
      call("post", "/api/v1/api-keys/", { body, once: once.keyFor(body) }),
    gcTime: 0,
    onSuccess: () => {
      once.done();
      return client.invalidateQueries({ queryKey: keys.apiKeys });
    },
  });
}

export function useDeleteApiKey() {
  return useOptimistic({
    scope: "api keys",
    run: ({ id }: Schemas["ApiKey"]) => call("delete", "/api/v1/api-keys/{id}/", { path: { id } }),
    touches: () => [keys.apiKeys],
    expect: (client, { id }) =>
      client.setQueryData<readonly Schemas["ApiKey"][]>(keys.apiKeys, (list) => list?.filter((key) => key.id !== id)),
  });
}
