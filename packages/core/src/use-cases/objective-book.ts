import { z } from "zod";
import type { Json } from "../errors/json.js";
import { withSampleEvery } from "../slo/sample-every.js";
import { sloDefinition } from "../slo/slo-version.js";
import type { Slo } from "../slo/slo.js";
import type { Journal, Projection } from "./journal.js";

const OBJECTIVE_PREFIX = "slo/";
// One transaction per so many: a first start with many SLOs must not make one huge statement.
const BATCH = 500;

const registeredSchema = z.object({ version: z.number().int(), definition: z.string() });

type Registered = { readonly version: number; readonly definition: string; readonly sinceMs: number };

/** An SLO in its version, and when it was first known. */
export type KnownObjective = { readonly slo: Slo; readonly sinceMs: number };

/** Knows since when each SLO is known, and in which version. */
export type ObjectiveBook = {
  readonly projection: Projection;
  /** Registers new SLOs and raises the version of those whose target, window or SLI changed; gives them so. */
  reconcile(journal: Journal, slos: readonly Slo[], nowMs: number): Promise<readonly KnownObjective[]>;
};

export function createObjectiveBook(): ObjectiveBook {
  const registered = new Map<string, Registered>();
  const standing = (id: string, nowMs: number): Registered =>
    registered.get(id) ?? { version: 0, definition: "", sinceMs: nowMs };
  return {
    projection: {
      prefix: OBJECTIVE_PREFIX,
      apply(stored) {
        const read = registeredSchema.safeParse(stored.data);
        if (!read.success) return;
        const id = stored.stream.slice(OBJECTIVE_PREFIX.length);
        registered.set(id, { ...read.data, sinceMs: registered.get(id)?.sinceMs ?? stored.atMs });
      },
    },
    async reconcile(journal, slos, nowMs) {
      for (let first = 0; first < slos.length; first += BATCH) {
        await journal.commit(() =>
          slos.slice(first, first + BATCH).flatMap((slo) => {
            const { version, definition: before } = standing(slo.id, nowMs);
            const definition = sloDefinition(slo);
            if (before === definition) return [];
            const data: Json = { version: version + 1, definition };
            const type = version === 0 ? "slo.registered" : "slo.changed";
            return [
              { stream: `${OBJECTIVE_PREFIX}${slo.id}`, entries: [{ type, atMs: nowMs, actor: "engine", data }] },
            ];
          }),
        );
      }
      return withSampleEvery(slos).map((slo) => {
        const { sinceMs, version } = standing(slo.id, nowMs);
        return { slo: { ...slo, version }, sinceMs };
      });
    },
  };
}
