import type { Labels } from "../alert/labels.js";
import { matchesAll, type CompiledMatcher } from "./label-matcher.js";

/** Finds, among many sets of matchers, those that match an alert, without asking all of them. */
export type MatcherIndex<Item> = {
  /** Adds an item, or puts it in the place of the one that had this id. */
  add(id: string, matchers: readonly CompiledMatcher[], item: Item): void;
  remove(id: string): void;
  /** What matches, in the order in which it was added; `accepts` is asked first, being cheaper than most patterns. */
  matching(labels: Labels, accepts?: (item: Item) => boolean): readonly Item[];
  readonly size: number;
};

type Entry<Item> = {
  readonly id: string;
  readonly order: number;
  readonly matchers: readonly CompiledMatcher[];
  readonly item: Item;
  readonly buckets: readonly Bucket<Item>[];
};

type Bucket<Item> = Map<string, Entry<Item>>;

/** A matcher whose values can be listed. */
type Listed = { readonly name: string; readonly only: readonly string[] };

/**
 * Keeps each item under one label only: of those whose values can be listed, the one under which there are fewest items
 * already; else one that has to be there at all. What can not be told apart that way is asked every time.
 */
export function createMatcherIndex<Item>(): MatcherIndex<Item> {
  const entries = new Map<string, Entry<Item>>();
  const byValue = new Map<string, Map<string, Bucket<Item>>>();
  const byName = new Map<string, Bucket<Item>>();
  const others: Bucket<Item> = new Map();
  let order = 0;

  const valueBucket = (name: string, value: string): Bucket<Item> => {
    const values = byValue.get(name) ?? new Map<string, Bucket<Item>>();
    byValue.set(name, values);
    const bucket = values.get(value) ?? new Map<string, Entry<Item>>();
    values.set(value, bucket);
    return bucket;
  };

  const crowd = ({ name, only }: Listed): number =>
    only.reduce((sum, value) => sum + (byValue.get(name)?.get(value)?.size ?? 0), 0);

  const bucketsFor = (matchers: readonly CompiledMatcher[]): readonly Bucket<Item>[] => {
    const listed = matchers.flatMap(({ name, only }) =>
      only === undefined || only.includes("") ? [] : [{ name, only, crowd: crowd({ name, only }) }],
    );
    const [first] = listed.toSorted((a, b) => a.crowd - b.crowd);
    if (first !== undefined) return first.only.map((value) => valueBucket(first.name, value));
    // A matcher that refuses the empty value needs its label to be there.
    const needed = matchers.find((matcher) => !matcher.matches({}));
    if (needed === undefined) return [others];
    const bucket = byName.get(needed.name) ?? new Map<string, Entry<Item>>();
    byName.set(needed.name, bucket);
    return [bucket];
  };

  const remove = (id: string): void => {
    for (const bucket of entries.get(id)?.buckets ?? []) bucket.delete(id);
    entries.delete(id);
  };

  return {
    add(id, matchers, item) {
      remove(id);
      const entry = { id, order: (order += 1), matchers, item, buckets: bucketsFor(matchers) };
      entries.set(id, entry);
      for (const bucket of entry.buckets) bucket.set(id, entry);
    },
    remove,
    matching(labels, accepts = () => true) {
      const found: Entry<Item>[] = [];
      const ask = (bucket: Bucket<Item> | undefined): void => {
        if (bucket === undefined) return;
        for (const entry of bucket.values()) {
          if (accepts(entry.item) && matchesAll(entry.matchers, labels)) found.push(entry);
        }
      };
      ask(others);
      for (const [name, value] of Object.entries(labels)) {
        ask(byName.get(name));
        ask(byValue.get(name)?.get(value));
      }
      return found.sort((a, b) => a.order - b.order).map(({ item }) => item);
    },
    get size() {
      return entries.size;
    },
  };
}
