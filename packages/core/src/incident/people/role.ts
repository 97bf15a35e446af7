/** What somebody does in an incident. One person may have several; only `responder` may be several people's. */
export type IncidentRole = "commander" | "communications" | "scribe" | "responder";

/** Every role. */
export const INCIDENT_ROLES = [
  "commander",
  "communications",
  "scribe",
  "responder",
] as const satisfies readonly IncidentRole[];

/** A stretch of time that somebody had a role for; it goes on while it has no end. */
export type Duty = {
  readonly role: IncidentRole;
  readonly person: string;
  readonly fromMs: number;
  readonly toMs?: number;
};

/** Tells whether a role is one person's at a time. */
export function isSingleRole(role: IncidentRole): boolean {
  return role !== "responder";
}

/** Who has which role now, in the order in which they took it. */
export function roleHolders(duties: readonly Duty[]): readonly Duty[] {
  return duties.filter((duty) => duty.toMs === undefined);
}

/** Who has a role now; several only for responders. */
export function holdersOf(duties: readonly Duty[], role: IncidentRole): readonly string[] {
  return roleHolders(duties)
    .filter((duty) => duty.role === role)
    .map((duty) => duty.person);
}
