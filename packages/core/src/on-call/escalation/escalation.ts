import type { Severity } from "../../incident/severity.js";
import type { EscalationPolicy } from "./escalation-policy.js";

/** `exhausted`: every pass is over, and nobody has acknowledged. */
export type EscalationStatus = "escalating" | "acknowledged" | "exhausted" | "ended";

/** What an escalation waits for. */
export type EscalationWake = {
  /** The next step; asking whoever acknowledged; giving them up; the end of a pause; the next notice to stakeholders. */
  readonly kind: "step" | "reminder" | "no-answer" | "resume" | "stakeholders";
  readonly dueAtMs: number;
  /** The version of the event that made it wait for this; a timer with another one is stale. */
  readonly fence: number;
};

/** Who asked for the next people, and why. */
export type AskedFor = { readonly by: string; readonly reason: string };

/** An escalation as it stands: what `evolveEscalation` makes of its events, and nothing else. */
export type EscalationState = {
  readonly incidentId: string;
  readonly round: number;
  readonly service: string;
  readonly severity: Severity;
  readonly policy: EscalationPolicy;
  readonly status: EscalationStatus;
  readonly startedAtMs: number;
  /** The step that fires next; `pass` counts over the whole round, `step` from 0. */
  readonly next: {
    readonly pass: number;
    readonly step: number;
    readonly dueAtMs: number;
    /** When it would be due if no call had come early because the one before it reached nobody. */
    readonly plannedAtMs: number;
  };
  /** The passes that it goes through from where it last began anew. */
  readonly firstPass: number;
  readonly lastPass: number;
  /** The last pass in which somebody was called, as far as is known; 0 when none was. A call that reached nobody does not count. */
  readonly calledPass: number;
  /** The steps' calls of that pass that may have reached somebody, by page. */
  readonly openCalls: readonly string[];
  /** The newest call of a step or of the fallback, by page; absent where it is known to have reached nobody. */
  readonly lastCall?: string;
  readonly acknowledged?: {
    readonly by: string;
    readonly atMs: number;
    /** When they last said that they are on it. */
    readonly saidAtMs: number;
    readonly remindedAtMs?: number;
  };
  readonly paused?: { readonly untilMs: number; readonly reason: string };
  /** A person has asked for the next people, and they are not called yet: planned work does not hold them back. */
  readonly hastened?: AskedFor;
  /** Which notices were told, counted from 0. */
  readonly noticesTold: readonly number[];
  /** No notice is told before this, as it was paused until then. */
  readonly noticesFromMs: number;
  /** What it waits for; absent when for nothing but people. */
  readonly wake?: EscalationWake;
  readonly stakeholderWake?: EscalationWake;
  /** The ids of the causes that were handled. */
  readonly causes: readonly string[];
  readonly lastAtMs: number;
  /** How many events made it: the version its stream has. */
  readonly version: number;
};

/** Begins the names of the streams that escalations are in. */
export const ESCALATION_PREFIX = "escalation/";

/** Names the stream that the events of an incident's escalation are in. */
export function escalationStream(incidentId: string): string {
  return `${ESCALATION_PREFIX}${incidentId}`;
}

/** Tells whether anything is still to be done about it. */
export function isOpenEscalation({ status }: Pick<EscalationState, "status">): boolean {
  return status !== "ended";
}
