/** Whom a status update is for. Only the first two are told outside the team, and answer the stakeholder clock. */
export type Audience = "stakeholders" | "public" | "responders";

/** Every audience. */
export const AUDIENCES = ["stakeholders", "public", "responders"] as const satisfies readonly Audience[];

/** What somebody told others about an incident. */
export type StatusUpdate = {
  readonly atMs: number;
  readonly author: string;
  readonly audience: Audience;
  readonly text: string;
};

/** A message of the engine that has reached a stakeholder. */
export type StakeholderWord = {
  /** When the channel took it. */
  readonly atMs: number;
  readonly person: string;
  readonly channel: string;
};

/** Tells whether an audience waits outside the team. */
export function isStakeholderAudience(audience: Audience): boolean {
  return audience !== "responders";
}
