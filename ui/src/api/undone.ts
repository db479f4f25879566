import { hashKey } from "@tanstack/react-query";

type Identified = { id: string };
type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly Identified[] =>
  Array.isArray(value) && value.every((each) => isFields(each) && typeof each.id === "string");
const same = (a: unknown, b: unknown) => Object.is(a, b) || hashKey([a]) === hashKey([b]);

/**
 * Takes one change back out of what is known now, field by field and item by item: what has changed otherwise since
 * stays.
 *
 * @param before what the change found
 * @param after what it made of that
 */
export function undone(now: unknown, before: unknown, after: unknown): unknown {
  if (same(before, after)) return now;
  if (isList(now) && isList(before) && isList(after)) return undoneList(now, before, after);
  if (isFields(now) && isFields(before) && isFields(after)) {
    const names = new Set([...Object.keys(now), ...Object.keys(before)]);
    return Object.fromEntries([...names].map((name) => [name, undone(now[name], before[name], after[name])]));
  }
  return same(now, after) ? before : now;
}

function undoneList(
  now: readonly Identified[],
  before: readonly Identified[],
  after: readonly Identified[],
): readonly unknown[] {
  const was = new Map(before.map((each) => [each.id, each]));
  const became = new Map(after.map((each) => [each.id, each]));
  const list: Identified[] = now
    .filter(({ id }) => was.has(id) || !became.has(id))
    .map((each) =>
      was.has(each.id) && became.has(each.id)
        ? (undone(each, was.get(each.id), became.get(each.id)) as Identified)
        : each,
    );
  before.forEach((item, at) => {
    if (became.has(item.id) || list.some(({ id }) => id === item.id)) return;
    // back behind what stood before it
    const earlier = new Set(before.slice(0, at).map(({ id }) => id));
    list.splice(list.findLastIndex(({ id }) => earlier.has(id)) + 1, 0, item);
  });
  return list;
}
