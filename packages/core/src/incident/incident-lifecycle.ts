/** Where an incident stands. One that was merged into another is `closed`. */
export type IncidentStatus = "declared" | "acknowledged" | "mitigating" | "mitigated" | "resolved" | "closed";

/** Every status, in the order of a life. */
export const INCIDENT_STATUSES = [
  "declared",
  "acknowledged",
  "mitigating",
  "mitigated",
  "resolved",
  "closed",
] as const satisfies readonly IncidentStatus[];

/** What changes a status. `recover` is the engine's: what alerted has resolved. */
export type IncidentMove =
  | "acknowledge"
  | "unacknowledge"
  | "mitigate"
  | "confirm-mitigation"
  | "resolve"
  | "recover"
  | "reopen"
  | "merge"
  | "close";

/** From each status, the moves that are allowed and where they lead. Every other move is rejected. */
export const INCIDENT_TRANSITIONS: Readonly<
  Record<IncidentStatus, Readonly<Partial<Record<IncidentMove, IncidentStatus>>>>
> = {
  declared: { acknowledge: "acknowledged", recover: "resolved", merge: "closed" },
  acknowledged: {
    mitigate: "mitigating",
    unacknowledge: "declared",
    resolve: "resolved",
    recover: "resolved",
    merge: "closed",
  },
  mitigating: { "confirm-mitigation": "mitigated", resolve: "resolved", recover: "resolved", merge: "closed" },
  // Somebody is at work already, so that nobody has to acknowledge again.
  mitigated: { resolve: "resolved", recover: "resolved", reopen: "mitigating", merge: "closed" },
  // Whoever answered has left: it needs an answer again.
  resolved: { reopen: "declared", close: "closed" },
  closed: {},
};

/** Where a move leads from a status; undefined when it is not allowed. */
export function statusAfter(from: IncidentStatus, move: IncidentMove): IncidentStatus | undefined {
  return INCIDENT_TRANSITIONS[from][move];
}

/** The moves that are allowed from a status, in the table's order. */
export function allowedMoves(from: IncidentStatus): readonly IncidentMove[] {
  return Object.keys(INCIDENT_TRANSITIONS[from]) as IncidentMove[];
}

/** Tells whether work is still owed: neither resolved nor closed. */
export function isOpenStatus(status: IncidentStatus): boolean {
  return status !== "resolved" && status !== "closed";
}
