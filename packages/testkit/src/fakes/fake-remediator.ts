import type { Fleet, Remediator, RemedyOrder, StepOutcome } from "@plimsoll/core";

/** What a fake remediator was asked to do. */
export type RemedyDone = { readonly verb: "execute" | "undo"; readonly order: RemedyOrder };

/** A remediator over a number per target: each remedy adds one, each undo takes it away. As right as a real one. */
export type FakeRemediator = Remediator & {
  /** The remedies that it knows; all others are refused. */
  readonly remedies: readonly string[];
  /** What changed the world so far, oldest first. */
  readonly done: readonly RemedyDone[];
  level(target: string): number;
  /** Has every later change take until it is cancelled. */
  hang(): void;
  /** Has the next call end in this, with nothing changed. */
  failNext(outcome: Extract<StepOutcome, { readonly kind: "failed" }>): void;
};

const CANCELLED: StepOutcome = { kind: "failed", reason: "it was cancelled", retryable: false, mayHaveActed: true };

/** Makes a remediator that knows these remedies. */
export function createFakeRemediator(remedies: readonly string[] = ["add"]): FakeRemediator {
  const levels = new Map<string, number>();
  const executed = new Map<string, StepOutcome>();
  const undone = new Set<string>();
  const tokens = new Map<string, number>();
  const done: RemedyDone[] = [];
  let next: StepOutcome | undefined;
  let hangs = false;

  const level = (target: string): number => levels.get(target) ?? 0;
  const refusal = async ({ cancel, fencing, remedy }: RemedyOrder): Promise<StepOutcome | undefined> => {
    if (cancel?.aborted === true) return refused("it was cancelled before it began");
    const highest = tokens.get(fencing.key) ?? 0;
    if (fencing.token < highest) return refused(`the token ${fencing.token} is stale: ${highest} was seen`);
    tokens.set(fencing.key, fencing.token);
    if (!remedies.includes(remedy.remedy)) return refused(`there is no remedy ${remedy.remedy}`);
    if (hangs) return new Promise((end) => cancel?.addEventListener("abort", () => end(CANCELLED)));
    const failed = next;
    next = undefined;
    return failed;
  };
  const change = (verb: RemedyDone["verb"], order: RemedyOrder): StepOutcome => {
    const { target } = order.remedy;
    levels.set(target, level(target) + (verb === "execute" ? 1 : -1));
    done.push({ verb, order });
    return { kind: "succeeded", summary: `${target} is at ${level(target)}`, data: { level: level(target) } };
  };

  return {
    remedies,
    done,
    level,
    hang: () => void (hangs = true),
    failNext: (outcome) => void (next = outcome),
    prepare: async ({ remedy, target }) =>
      remedies.includes(remedy)
        ? { kind: "ready", would: `${remedy} ${target}`, touches: [target], undoable: true }
        : { kind: "refused", reason: `there is no remedy ${remedy}` },
    async execute(order) {
      const refused = await refusal(order);
      if (refused !== undefined) return refused;
      const outcome = executed.get(order.idempotencyKey) ?? change("execute", order);
      executed.set(order.idempotencyKey, outcome);
      return outcome;
    },
    async undo(order) {
      const refused = await refusal(order);
      if (refused !== undefined) return refused;
      const { idempotencyKey } = order;
      if (!executed.has(idempotencyKey) || undone.has(idempotencyKey)) {
        return { kind: "succeeded", summary: "there is nothing to take back" };
      }
      undone.add(idempotencyKey);
      return change("undo", order);
    },
  };
}

/** A fleet whose instances a test sets; a target that was not set is unknown. */
export function createFakeFleet(
  targets: Readonly<Record<string, readonly ("healthy" | "unhealthy" | "unknown")[]>>,
): Fleet {
  return {
    instances: async (target) => {
      const healths = Object.hasOwn(targets, target) ? targets[target] : undefined;
      if (healths === undefined) return { kind: "unknown", reason: `there is no target ${target}` };
      return { kind: "known", instances: healths.map((health, index) => ({ id: `${target}-${index + 1}`, health })) };
    },
  };
}

function refused(reason: string): StepOutcome {
  return { kind: "failed", reason, retryable: false, mayHaveActed: false };
}
