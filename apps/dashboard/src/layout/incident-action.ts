import type { IncidentDetail } from "../api/answers.js";
import type { ActionField, Filled } from "./action-field.js";

/** One thing that a person may do about an incident, with a button of its own. */
export type IncidentAction = {
  readonly label: string;
  /** What it is about, where several have the same label: a person, an item. */
  readonly about?: string;
  /** The last word of its address. */
  readonly verb: string;
  /** What is said once it is done. */
  readonly done: string;
  readonly fields: readonly ActionField[];
  /** What the fields hold at first. */
  readonly initial?: Filled;
  /** What is sent; what was filled in, as it is, when absent. `atMs` is when the button was pressed. */
  readonly body?: (filled: Filled, atMs: number) => object;
  /** Whether it is refused once the incident has changed since the button was pressed. */
  readonly asSeen?: boolean;
  /** What it comes to, for what can not be taken back: it is asked about once more. */
  readonly confirm?: (filled: Filled, incident: IncidentDetail) => Confirmation;
  /** Why the incident does not allow it now; undefined when it does. */
  readonly whyNot: (incident: IncidentDetail) => string | undefined;
};

export type Confirmation = {
  readonly question: string;
  readonly consequences: readonly string[];
  /** What the button says that does it. */
  readonly yes: string;
};

/** Why nothing can be done to an incident any more that is part of the work on it; undefined while it can. */
export function whileNotClosed({ mergedInto, status }: IncidentDetail): string | undefined {
  if (mergedInto !== undefined) return `It was merged into ${mergedInto}: work there.`;
  return status === "closed" ? "It is closed, which is final." : undefined;
}

/** Why nothing can be said to whoever calls people about it; undefined while it can. */
export function whileSomebodyIsCalled({ escalation }: IncidentDetail): string | undefined {
  if (escalation === undefined) return "Nobody is called about it: its service has no escalation policy.";
  return escalation.status === "ended" ? "Nobody is called about it any more." : undefined;
}
