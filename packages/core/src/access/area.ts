/** The parts of the engine that a token can be confined to. Reading needs no area. */
export const AREAS = ["alerts", "incidents", "decisions", "on-call", "runbooks", "silences", "access"] as const;
export type Area = (typeof AREAS)[number];
