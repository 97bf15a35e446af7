import { z } from "zod";
import type { Versioned } from "../errors/version-mismatch.js";
import type { GateOverride } from "../gate/gate.js";
import type { Correction } from "../slo/correction.js";
import type { Projection } from "./journal.js";

/** The stream of overrides of the gate. */
export const OVERRIDES_STREAM = "decisions/overrides";
/** The stream of corrections that were made while running; those in the configuration are not in it. */
export const CORRECTIONS_STREAM = "decisions/corrections";

/** Knows the decisions that people took while the engine ran: overrides and corrections. */
export type DecisionBook = {
  readonly projection: Projection;
  overrides(): readonly Versioned<GateOverride>[];
  corrections(): readonly Versioned<Correction>[];
  /** Grows with every correction that is added or withdrawn. */
  correctionRevision(): number;
  unreadable(): readonly string[];
};

const scope = z.union([z.literal("all"), z.array(z.string())]);

const overrideSchema: z.ZodType<GateOverride> = z.object({
  id: z.string(),
  author: z.string(),
  reason: z.string(),
  services: scope,
  risks: z.array(z.enum(["routine", "risky", "chaos", "automation", "emergency"])),
  fromMs: z.number(),
  expiresMs: z.number(),
});

const correctionSchema: z.ZodType<Correction> = z.object({
  id: z.string(),
  sloIds: scope,
  effect: z.enum(["drop", "count-good"]),
  author: z.string(),
  reason: z.string(),
  covers: z.object({ kind: z.literal("once"), fromMs: z.number(), toMs: z.number() }),
});

const decisionSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("override.added"), data: overrideSchema }),
  z.object({ type: z.literal("override.withdrawn"), data: z.object({ id: z.string() }) }),
  z.object({ type: z.literal("correction.added"), data: correctionSchema }),
  z.object({ type: z.literal("correction.withdrawn"), data: z.object({ id: z.string() }) }),
]);

export function createDecisionBook(): DecisionBook {
  const overrides = new Map<string, Versioned<GateOverride>>();
  const corrections = new Map<string, Versioned<Correction>>();
  // Also of what was withdrawn: the same id may be added again, and is not what somebody saw then.
  const versions = new Map<string, number>();
  const nextVersion = (stream: string, id: string): number => {
    const next = (versions.get(`${stream}/${id}`) ?? 0) + 1;
    versions.set(`${stream}/${id}`, next);
    return next;
  };
  const unreadable: string[] = [];
  let revision = 0;
  return {
    projection: {
      prefix: "decisions/",
      apply(stored) {
        const read = decisionSchema.safeParse(stored);
        if (!read.success) {
          unreadable.push(`${stored.stream}, version ${stored.version}: not a decision that this version can read`);
          return;
        }
        const { type, data } = read.data;
        const version = nextVersion(stored.stream, data.id);
        switch (type) {
          case "override.added":
            overrides.set(data.id, { ...data, version });
            return;
          case "override.withdrawn":
            overrides.delete(data.id);
            return;
          case "correction.added":
            corrections.set(data.id, { ...data, version });
            break;
          case "correction.withdrawn":
            corrections.delete(data.id);
            break;
        }
        revision += 1;
      },
    },
    overrides: () => [...overrides.values()],
    corrections: () => [...corrections.values()],
    correctionRevision: () => revision,
    unreadable: () => unreadable,
  };
}
