import { z } from "zod";
import type { Labels } from "../alert/labels.js";
import type { Versioned } from "../errors/version-mismatch.js";
import { createSilenceIndex, evolveSilence, type Silence, type SilenceEvent } from "../routing/silence.js";
import type { TimeInterval } from "../routing/time-interval.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { Projection } from "./journal.js";

export const SILENCE_PREFIX = "silence/";

/** Knows every silence that was ever made, and finds those that an alert meets; made from events only. */
export type SilenceBook = {
  readonly projection: Projection;
  get(id: string): Versioned<Silence> | undefined;
  /** In the order in which they were made. */
  all(): readonly Versioned<Silence>[];
  matching(labels: Labels, atMs: number): readonly Silence[];
  unreadable(): readonly string[];
};

const range = z.tuple([z.number(), z.number()]).readonly();

const timeIntervalSchema = z
  .object({
    times: z.array(range),
    weekdays: z.array(range),
    daysOfMonth: z.array(range),
    months: z.array(range),
    years: z.array(range),
    location: z.string(),
  })
  .partial() as z.ZodType<TimeInterval>;

const base = { atMs: z.number(), actor: z.string() };

const silenceEventSchema = z.discriminatedUnion("type", [
  z.object({
    ...base,
    type: z.literal("silence.created"),
    data: z.object({
      id: z.string(),
      matchers: z.array(z.object({ name: z.string(), operator: z.enum(["=", "!=", "=~", "!~"]), value: z.string() })),
      startsAtMs: z.number(),
      endsAtMs: z.number(),
      recurring: z.array(timeIntervalSchema).exactOptional(),
      author: z.string(),
      reason: z.string(),
      createdAtMs: z.number(),
    }),
  }),
  z.object({
    ...base,
    type: z.literal("silence.extended"),
    data: z.object({ id: z.string(), endsAtMs: z.number(), reason: z.string(), causeId: z.string().exactOptional() }),
  }),
  z.object({ ...base, type: z.literal("silence.expired"), data: z.object({ id: z.string() }) }),
]);

export function createSilenceBook(): SilenceBook {
  const silences = new Map<string, Versioned<Silence>>();
  const index = createSilenceIndex();
  const unreadable: string[] = [];
  const apply = (stored: StoredEvent): void => {
    const read = silenceEventSchema.safeParse(stored);
    if (!read.success) {
      unreadable.push(`${stored.stream}, version ${stored.version}: not a silence's event that this version can read`);
      return;
    }
    const event: SilenceEvent = read.data;
    const next = evolveSilence(silences.get(event.data.id), event);
    if (next === undefined) return;
    const kept = { ...next, version: stored.version };
    silences.set(next.id, kept);
    if (next.expired === undefined) index.put(kept);
    else index.drop(next.id);
  };
  return {
    projection: { prefix: SILENCE_PREFIX, apply },
    get: (id) => silences.get(id),
    all: () => [...silences.values()],
    matching: (labels, atMs) => index.matching(labels, atMs),
    unreadable: () => unreadable,
  };
}
