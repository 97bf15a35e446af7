/** `observe`: it is written down what the engine would start, and nothing is started. */
export type AutomationMode = "observe" | "act";

/** Every mode, mildest first. */
export const AUTOMATION_MODES = ["observe", "act"] as const satisfies readonly AutomationMode[];

/** What the engine may start of its own accord. */
export type AutomationSettings = {
  readonly mode: AutomationMode;
  /** How often it may start one runbook for one service within 24 h. For one incident it is once, in any case. */
  readonly attemptsPerDay: number;
};

/** Holds where nothing is said: nothing acts, and a remedy is not worn out. */
export const DEFAULT_AUTOMATION: AutomationSettings = { mode: "observe", attemptsPerDay: 3 };

/** How the switch stands that stops whatever the engine would do of its own accord; unreadable is as good as engaged. */
export type KillSwitchState =
  | { readonly kind: "released" }
  | { readonly kind: "engaged"; readonly by: string; readonly atMs: number; readonly reason: string }
  | { readonly kind: "unreadable"; readonly reason: string };

/** One reason behind a decision on a run that nobody asked for, as data and in words. */
export type AutomaticRunReason = {
  readonly code:
    | "observing"
    | "kill-switch"
    | "not-from-alert"
    | "incident-over"
    | "alert-quiet"
    | "planned-work"
    | "unknown-service"
    | "unknown-data"
    | "ambiguous"
    | "rehearsal-missing"
    | "rehearsal-stale"
    | "rehearsal-failed"
    | "unplannable"
    | "unsound"
    | "run-going-on"
    | "tried-before"
    | "attempts-spent"
    | "fits"
    | "gate-open"
    | "gate-closed";
  /** Whether it stands against a start; the others say what speaks for it, and on which terms. */
  readonly against: boolean;
  /** What was found, and where there is something to do, what. */
  readonly message: string;
  /** Ids of what it is about: runbooks, rehearsals, steps, runs, SLOs. */
  readonly about: readonly string[];
};

/** Whether the engine starts a run for an incident, with every reason. */
export type AutomaticRunDecision = {
  readonly incidentId: string;
  readonly service: string;
  /** The runbooks of level 4 that fit the incident. */
  readonly runbookIds: readonly string[];
  readonly starts: boolean;
  /** Of the run that is started. */
  readonly runId?: string;
  /** Steps that wait for a person though their runbook asks for none: the gate is closed to automation. */
  readonly approvals: readonly string[];
  readonly reasons: readonly AutomaticRunReason[];
};

/** The one run that the engine may start of a runbook for an incident, whoever looks and however often. */
export function automaticRunId(incidentId: string, runbookId: string): string {
  return `${incidentId}.${runbookId}`;
}

/** Streams of decisions begin with this. */
export const AUTOMATIC_RUN_PREFIX = "automatic-run/";

/** Names the stream of the decisions about a service: two processes that decide about one service at once are in each other's way. */
export function automaticRunStream(service: string): string {
  return `${AUTOMATIC_RUN_PREFIX}service/${service}`;
}

/** Names the stream of the decisions about an incident of no known service; what labels say of one names no stream. */
export function strayAutomaticRunStream(incidentId: string): string {
  return `${AUTOMATIC_RUN_PREFIX}incident/${incidentId}`;
}

/** Makes a reason that stands against a start. */
export function against(
  code: AutomaticRunReason["code"],
  message: string,
  about: readonly string[] = [],
): AutomaticRunReason {
  return { code, against: true, message, about };
}

/** Says a decision in one line of an incident's course. */
export function automaticRunWords({ reasons, runbookIds, runId, starts }: AutomaticRunDecision): string {
  const told = reasons
    .filter((reason) => starts || reason.against)
    .map(({ message }) => message)
    .join(" ");
  const names = runbookIds.join(" or ");
  if (starts) return `The engine starts the runbook ${names} by itself (${runId}). ${told}`;
  // What it would have done is what a person goes by who thinks of letting it.
  return reasons.every(({ code }) => code === "observing")
    ? `The engine would start the runbook ${names} by itself. ${told}`
    : `The engine does not start the runbook ${names} by itself. ${told}`;
}
