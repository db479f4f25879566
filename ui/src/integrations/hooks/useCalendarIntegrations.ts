import {
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { useOptimistic } from "@/api/optimistic";
import { useWhileLive } from "@/api/stream";
import { useSubmitKey } from "@/api/submitKey";
import { notify } from "@/components/core";
import { useT } from "@/i18n";
import { accountName } from "../accountName";
import { integrationsApi as api } from "../api/integrationsApi";
import type {
  Calendar,
  CalendarIntegration,
  ConnectCalendar,
  ReconnectCalendar,
  UpdateCalendar,
  UpdateCalendarIntegration,
} from "../types";

export const integrationsQuery = queryOptions({ queryKey: keys.integrations.list, queryFn: api.list });

/** While something is being read, the stream may be down: ask now and then as well. */
const whileBusy = 4_000;
const otherwise = 60_000;
const isBusy = (status?: string) => status === "syncing" || status === "connecting";

export function useProviders(enabled = true) {
  return useQuery({ queryKey: keys.providers, queryFn: api.providers, staleTime: 10 * 60_000, enabled });
}

export function useCalendarIntegrations() {
  const interval = useWhileLive(otherwise);
  return useQuery({
    ...integrationsQuery,
    refetchInterval: (query) =>
      interval && (query.state.data?.some((each) => isBusy(each.status)) ? whileBusy : interval),
  });
}

const integrationQuery = (id: string) =>
  queryOptions({ queryKey: keys.integrations.one(id), queryFn: ({ signal }) => api.one(id, { signal }) });

export function useCalendarIntegration(id: string) {
  const client = useQueryClient();
  const interval = useWhileLive(otherwise);
  return useQuery({
    ...integrationQuery(id),
    placeholderData: () =>
      client.getQueryData<readonly CalendarIntegration[]>(keys.integrations.list)?.find((each) => each.id === id),
    refetchInterval: (query) => interval && (isBusy(query.state.data?.status) ? whileBusy : interval),
  });
}

const followed = 1_500;

/**
 * The first reading of what was just connected, to its end. It is asked for by itself, also where no stream tells and
 * while the page is held still: the person has begun it and waits for it.
 */
export function useFirstReading(made: CalendarIntegration) {
  const state = useQuery({
    ...integrationQuery(made.id),
    refetchInterval: (query) => (isBusy(query.state.data?.status ?? made.status) ? followed : false),
  });
  const status = state.data?.status ?? made.status;
  const unread = (list: readonly Calendar[] | undefined) => !list || list.some((each) => each.state === "never_synced");
  const calendars = useQuery({
    ...calendarsQuery(made.id),
    refetchInterval: (query) => (isBusy(status) || unread(query.state.data) ? followed : false),
  });
  return {
    status,
    reason: state.data?.status_reason ?? null,
    calendars: calendars.data,
    /** Every calendar has been read, and the list says so. */
    read: status === "connected" && !unread(calendars.data),
  };
}

const calendarsQuery = (id: string) =>
  queryOptions({ queryKey: keys.calendars.of(id), queryFn: ({ signal }) => api.calendars(id, { signal }) });

export function useCalendars(id: string) {
  return useQuery(calendarsQuery(id));
}

/** The calendars of several integrations, by integration; null where they could not be loaded. */
export function useAllCalendars(ids: readonly string[]) {
  return useQueries({
    queries: ids.map((id) => calendarsQuery(id)),
    combine: (results) => {
      const known = new Map<string, readonly Calendar[] | null>();
      ids.forEach((id, at) => {
        const { data, errorUpdateCount = 0 } = results[at] ?? {};
        if (data) known.set(id, data);
        else if (errorUpdateCount > 0) known.set(id, null);
      });
      return known;
    },
  });
}

export function useImpact(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.integrations.impact(id),
    queryFn: ({ signal }) => api.impact(id, { signal }),
    enabled,
    staleTime: 0,
  });
}

export function useSyncs(id: string, limit = 50) {
  return useInfiniteQuery({
    queryKey: keys.syncs.of(id),
    queryFn: ({ signal, pageParam }) => api.syncs(id, pageParam, limit, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useConnectCalendar() {
  const client = useQueryClient();
  const once = useSubmitKey();
  return useMutation({
    mutationFn: (body: ConnectCalendar) => api.connect(body, once.keyFor(body)),
    onSuccess: (made) => {
      once.done();
      client.setQueryData(keys.integrations.one(made.id), made);
      client.setQueryData<readonly CalendarIntegration[]>(keys.integrations.list, (list) =>
        list?.some((each) => each.id === made.id)
          ? list.map((each) => (each.id === made.id ? made : each))
          : [...(list ?? []), made],
      );
      void client.invalidateQueries({ queryKey: keys.integrations.list });
      void client.invalidateQueries({ queryKey: keys.freeBusy.all });
    },
  });
}

export function useReconnectCalendar(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReconnectCalendar) => api.reconnect(id, body),
    onSuccess: (integration) => {
      putIntegration(client, integration);
      void client.invalidateQueries({ queryKey: keys.integrations.list });
      void client.invalidateQueries({ queryKey: keys.calendars.of(id) });
    },
  });
}

type Client = ReturnType<typeof useQueryClient>;

function changeIntegration(client: Client, id: string, change: (was: CalendarIntegration) => CalendarIntegration) {
  client.setQueryData<CalendarIntegration>(keys.integrations.one(id), (was) => was && change(was));
  client.setQueryData<readonly CalendarIntegration[]>(keys.integrations.list, (list) =>
    list?.map((each) => (each.id === id ? change(each) : each)),
  );
}

function putIntegration(client: Client, integration: CalendarIntegration) {
  changeIntegration(client, integration.id, () => integration);
}

export function useUpdateIntegration(id: string) {
  return useOptimistic({
    scope: `integration ${id}`,
    run: (body: UpdateCalendarIntegration) => api.update(id, body),
    touches: () => [keys.integrations.list, keys.integrations.one(id)],
    expect: (client, change) => changeIntegration(client, id, (was) => ({ ...was, ...change })),
    settle: (client, integration) => putIntegration(client, integration),
    refresh: () => [keys.calendars.of(id), keys.freeBusy.all],
  });
}

export function useForceSync(id: string) {
  return useOptimistic({
    scope: `integration ${id}`,
    run: ({ full = false }: { full?: boolean }) => api.forceSync(id, full),
    touches: () => [keys.integrations.list, keys.integrations.one(id)],
    expect: (client) => changeIntegration(client, id, (was) => ({ ...was, status: "syncing" })),
    refresh: () => [keys.syncs.of(id)],
  });
}

export function useDisconnect({ id }: CalendarIntegration) {
  const t = useT();
  return useOptimistic({
    scope: `integration ${id}`,
    run: (_: CalendarIntegration) => api.disconnect(id),
    touches: () => [keys.integrations.list],
    expect: (client) =>
      client.setQueryData<readonly CalendarIntegration[]>(keys.integrations.list, (list) =>
        list?.filter((each) => each.id !== id),
      ),
    settle: (client) => {
      client.removeQueries({ queryKey: keys.integrations.one(id) });
      client.removeQueries({ queryKey: keys.calendars.of(id) });
      client.removeQueries({ queryKey: keys.syncs.of(id) });
    },
    refresh: () => [keys.freeBusy.all, keys.conflicts.all],
    // said here and not by the dialog, which is gone by then
    succeeded: (_, integration) =>
      notify({ tone: "well", title: t("disconnect.done", { name: accountName(integration) }) }),
  });
}

export function useUpdateCalendar(integrationId: string) {
  return useOptimistic({
    // one scope for all: a new destination takes the place of one that may be in any account
    scope: "calendars",
    run: ({ calendarId, ...body }: UpdateCalendar & { calendarId: string }) =>
      api.updateCalendar(integrationId, calendarId, body),
    // a new destination takes the place of another one, which may be in any integration
    touches: (input) => [input.is_destination === undefined ? keys.calendars.of(integrationId) : keys.calendars.all],
    expect: (client, { calendarId, busy_policy, is_destination, ...change }) => {
      const apply = (calendar: Calendar): Calendar => {
        if (calendar.id !== calendarId) return is_destination ? { ...calendar, is_destination: false } : calendar;
        return {
          ...calendar,
          ...change,
          ...(is_destination !== undefined && { is_destination }),
          busy_policy: { ...calendar.busy_policy, ...busy_policy },
        };
      };
      client.setQueriesData<readonly Calendar[]>({ queryKey: keys.calendars.all }, (list) => list?.map(apply));
    },
    settle: (client, calendar) =>
      client.setQueryData<readonly Calendar[]>(keys.calendars.of(integrationId), (list) =>
        list?.map((each) => (each.id === calendar.id ? calendar : each)),
      ),
    refresh: (input) => [
      keys.freeBusy.all,
      keys.conflicts.lists,
      ...(input.is_destination === undefined ? [] : [keys.integrations.list, keys.integrations.one(integrationId)]),
    ],
  });
}
