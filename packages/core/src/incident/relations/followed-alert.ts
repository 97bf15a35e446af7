import type { ExternalFacts } from "../external/external-facts.js";

/**
 * An alert that came to an incident beside the one that opened it: from one that was merged into it, or with its group.
 * Its key now belongs here.
 */
export type FollowedAlert = {
  readonly key: string;
  readonly alertId: string;
  /** The incident that it came from; absent where it joined with its group. */
  readonly from?: string;
  readonly status: "firing" | "suppressed" | "resolved";
  /** Its data are missing: it neither continues nor resolves. */
  readonly frozen: boolean;
  readonly changedAtMs: number;
  readonly explanation: string;
  /** What is known of it where somebody else's rules raised it. */
  readonly external?: ExternalFacts;
};
