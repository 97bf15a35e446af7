/** What somebody may do, weakest first; each role may do what the ones before it may. */
export const ROLES = ["viewer", "responder", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes the one that is needed. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** The weaker of two roles. */
export function weakerRole(one: Role, other: Role): Role {
  return roleIncludes(one, other) ? other : one;
}
