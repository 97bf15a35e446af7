import type { ExternalFacts } from "../external/external-facts.js";

/** An alert that came to an incident from one that was merged into it: its key now belongs here. */
export type FollowedAlert = {
  readonly key: string;
  readonly alertId: string;
  /** The incident that it came from. */
  readonly from: string;
  readonly status: "firing" | "suppressed" | "resolved";
  /** Its data are missing: it neither continues nor resolves. */
  readonly frozen: boolean;
  readonly changedAtMs: number;
  readonly explanation: string;
  /** What is known of it where somebody else's rules raised it. */
  readonly external?: ExternalFacts;
};
