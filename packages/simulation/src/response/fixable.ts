import type { CheckVerdict, Remediator, RemedyOrder, StepOutcome, StepRunner } from "@plimsoll/core";
import type { Random } from "./random.js";

/** Something that runbooks change. It remembers who changed it under which key, and whether that was recorded by then. */
export type Fixable = {
  /** As a process calls it; told whether another one has taken that one's place. */
  readonly stepRunner: (isReplaced: () => boolean) => StepRunner;
  readonly remediator: Remediator;
  readonly done: readonly Done[];
  /** Whether its health check holds. */
  healthy: boolean;
  /** Everything succeeds from here on. */
  readonly calm: () => void;
};

/** One time that an action reached the world. */
export type Done = {
  readonly kind: "action" | "undo";
  readonly runId: string;
  readonly stepId: string;
  /** A success of it was recorded before it was done. */
  readonly wasRecorded: boolean;
  /** Under a token that another one had overtaken. */
  readonly isStale: boolean;
  /** By a process that had stood still, and nothing fences off what it calls over HTTP or runs. */
  readonly isUnfenced: boolean;
};

type WasRecorded = (runId: string, stepId: string, kind: Done["kind"]) => boolean;

const SUCCEEDED: StepOutcome = { kind: "succeeded", summary: "done" };

export function createFixable(random: Random, wasRecorded: WasRecorded): Fixable {
  const done: Done[] = [];
  const tokens = new Map<string, number>();
  let unruly = true;
  let healthy = false;

  const act = (key: string, kind: Done["kind"], { isStale = false, isUnfenced = false } = {}): StepOutcome => {
    const [, runId = "", stepId = "", undo] = key.split("/");
    const what = undo === undefined ? kind : "undo";
    done.push({ kind: what, runId, stepId, wasRecorded: wasRecorded(runId, stepId, what), isStale, isUnfenced });
    if (!unruly || random.chance(0.7)) return SUCCEEDED;
    return {
      kind: "failed",
      reason: "it did not work",
      retryable: random.chance(0.7),
      mayHaveActed: random.chance(0.5),
    };
  };
  const ordered = async (kind: Done["kind"], { fencing, idempotencyKey }: RemedyOrder): Promise<StepOutcome> => {
    const highest = tokens.get(fencing.key) ?? 0;
    if (fencing.token < highest) return { kind: "failed", reason: "stale", retryable: false, mayHaveActed: false };
    tokens.set(fencing.key, fencing.token);
    return act(idempotencyKey, kind);
  };
  const check = async (): Promise<CheckVerdict> => {
    const holds = healthy || (unruly && random.chance(0.03));
    return { verdict: holds ? "holds" : "fails", saw: holds ? "well" : "ill" };
  };
  return {
    done,
    get healthy() {
      return healthy;
    },
    set healthy(next) {
      healthy = next;
    },
    calm: () => void (unruly = false),
    stepRunner: (isReplaced) => ({
      run: async ({ idempotencyKey }) => act(idempotencyKey, "action", { isUnfenced: isReplaced() }),
      check,
    }),
    remediator: {
      prepare: async () => ({ kind: "ready", would: "do it", touches: ["payments"], undoable: true }),
      execute: (order) => ordered("action", order),
      undo: (order) => ordered("undo", order),
    },
  };
}
