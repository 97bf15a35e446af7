import type { CollectOutcome } from "@plimsoll/core";
import type { Logger } from "pino";

/** Says once when an SLO's reads begin to fail and once when they work again: not every fifteen seconds. */
export function createFailureLog(logger: Pick<Logger, "info" | "warn">): {
  saw(sloId: string, outcome: CollectOutcome): void;
} {
  const failing = new Map<string, string>();
  return {
    saw(sloId, outcome) {
      if (outcome.kind === "failed") {
        if (failing.get(sloId) !== outcome.code) logger.warn({ slo: sloId, code: outcome.code }, outcome.message);
        failing.set(sloId, outcome.code);
      } else if (outcome.kind === "read" && failing.delete(sloId)) {
        logger.info({ slo: sloId }, "its source answers again");
      }
    },
  };
}
