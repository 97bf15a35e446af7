import { z } from "zod";
import type { Override } from "../on-call/schedule/schedule.js";
import type { Projection } from "./journal.js";

/** Begins the names of the streams of what people changed in a schedule. */
export const ON_CALL_PREFIX = "on-call/";

/** Knows what people changed in schedules while the engine ran, made from events only. */
export type OnCallBook = {
  readonly projection: Projection;
  /** In the order in which they were made. */
  overrides(scheduleId: string): readonly Override[];
  /** What was added to a schedule for each cause, also where it was taken back since. */
  additions(scheduleId: string): ReadonlyMap<string, readonly Override[]>;
  /** How many events changed a schedule; none where it is as the configuration has it. */
  version(scheduleId: string): number;
  /** Grows with every change of any schedule. */
  revision(): number;
  unreadable(): readonly string[];
};

const told = {
  id: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  author: z.string().exactOptional(),
  reason: z.string().exactOptional(),
};

const overrideSchema = z.discriminatedUnion("kind", [
  z.object({ ...told, kind: z.literal("add"), personId: z.string() }),
  z.object({ ...told, kind: z.literal("remove"), personId: z.string() }),
  z.object({ ...told, kind: z.literal("replace"), personId: z.string(), withPersonId: z.string() }),
]) satisfies z.ZodType<Override>;

const eventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("on-call.overridden"),
    data: z.object({ overrides: z.array(overrideSchema), causeId: z.string().exactOptional() }),
  }),
  z.object({ type: z.literal("on-call.override-withdrawn"), data: z.object({ ids: z.array(z.string()) }) }),
]);

export function createOnCallBook(): OnCallBook {
  const overrides = new Map<string, ReadonlyMap<string, Override>>();
  const additions = new Map<string, Map<string, readonly Override[]>>();
  const versions = new Map<string, number>();
  const unreadable: string[] = [];
  let revision = 0;
  return {
    projection: {
      prefix: ON_CALL_PREFIX,
      apply(stored) {
        const read = eventSchema.safeParse(stored);
        if (!read.success) {
          unreadable.push(
            `${stored.stream}, version ${stored.version}: no change of a schedule that this version can read`,
          );
          return;
        }
        const scheduleId = stored.stream.slice(ON_CALL_PREFIX.length);
        const { data, type } = read.data;
        const next = new Map(overrides.get(scheduleId));
        if (type === "on-call.overridden") {
          for (const one of data.overrides) next.set(one.id, one);
          if (data.causeId !== undefined) {
            const caused = additions.get(scheduleId) ?? new Map<string, readonly Override[]>();
            additions.set(scheduleId, caused.set(data.causeId, data.overrides));
          }
        } else for (const id of data.ids) next.delete(id);
        overrides.set(scheduleId, next);
        versions.set(scheduleId, stored.version);
        revision += 1;
      },
    },
    overrides: (scheduleId) => [...(overrides.get(scheduleId)?.values() ?? [])],
    additions: (scheduleId) => additions.get(scheduleId) ?? new Map(),
    version: (scheduleId) => versions.get(scheduleId) ?? 0,
    revision: () => revision,
    unreadable: () => unreadable,
  };
}
