import type { Failure, FetchJson } from "./fetch-json.js";
import type { Resource, Topic } from "./resources.js";

/** What is known of a resource now. Data may be there beside a failure: then it is old, and is shown as old. */
export type Snapshot<Answer> = {
  readonly data?: Answer;
  readonly failure?: Failure;
  /** When `data` was read, by this machine's clock. */
  readonly readAtMs?: number;
};

/** Holds what the views show, each answer once however many parts show it. */
export type ResourceStore = {
  subscribe<Answer>(resource: Resource<Answer>, listener: () => void): () => void;
  snapshot<Answer>(resource: Resource<Answer>): Snapshot<Answer>;
  /** Fetches again what is shown and what a topic made old, and forgets the rest of it. */
  refresh(topic: Topic | "all"): void;
  /** The same, for whoever has to know when what is shown is the newest, or could not be had. */
  refreshed(topic: Topic | "all"): Promise<void>;
  /** Fetches one answer again, if it is held. */
  reload(resource: Resource<unknown>): void;
};

export type ResourceStoreOptions = {
  readonly fetchJson: FetchJson;
  readonly nowMs: () => number;
  /** Called when an answer came, or none. */
  readonly onContact?: (reached: boolean) => void;
};

type Entry = {
  readonly resource: Resource<unknown>;
  readonly listeners: Set<() => void>;
  snapshot: Snapshot<unknown>;
  fetching?: AbortController;
  /** The newest question; settled once its answer is shown. */
  loading?: Promise<void>;
};

const NOTHING: Snapshot<never> = {};

export function createResourceStore({ fetchJson, nowMs, onContact }: ResourceStoreOptions): ResourceStore {
  const entries = new Map<string, Entry>();

  function load(entry: Entry): Promise<void> {
    entry.loading = ask(entry);
    return entry.loading;
  }

  async function ask(entry: Entry): Promise<void> {
    // The newest question wins: an older answer must never overwrite a newer one.
    entry.fetching?.abort();
    const controller = new AbortController();
    entry.fetching = controller;
    try {
      const fetched = await fetchJson(entry.resource.path, entry.resource.check, controller.signal);
      if (controller.signal.aborted) return await entry.loading;
      delete entry.fetching;
      onContact?.(fetched.ok || fetched.failure.kind !== "unreachable");
      entry.snapshot = fetched.ok
        ? { data: fetched.value, readAtMs: nowMs() }
        : { ...entry.snapshot, failure: fetched.failure };
      for (const listener of entry.listeners) listener();
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      await entry.loading;
    }
  }

  async function refreshed(topic: Topic | "all"): Promise<void> {
    const loads: Promise<void>[] = [];
    for (const [path, entry] of entries) {
      if (topic !== "all" && !entry.resource.topics.includes(topic)) continue;
      if (entry.listeners.size === 0) forget(path, entry);
      else loads.push(load(entry));
    }
    await Promise.all(loads);
  }

  function forget(path: string, entry: Entry): void {
    entry.fetching?.abort();
    entries.delete(path);
  }

  return {
    subscribe(resource, listener) {
      const known = entries.get(resource.path);
      const entry: Entry = known ?? { resource, listeners: new Set(), snapshot: NOTHING };
      entries.set(resource.path, entry);
      entry.listeners.add(listener);
      if (known === undefined || (entry.snapshot.data === undefined && entry.fetching === undefined)) void load(entry);
      return () => entry.listeners.delete(listener);
    },
    snapshot: <Answer>(resource: Resource<Answer>) =>
      (entries.get(resource.path)?.snapshot ?? NOTHING) as Snapshot<Answer>,
    reload({ path }) {
      const entry = entries.get(path);
      if (entry !== undefined) void load(entry);
    },
    refreshed,
    refresh(topic) {
      void refreshed(topic);
    },
  };
}
