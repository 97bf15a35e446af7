/** What an incident can be tied to. */
export type LinkKind = "alert" | "change" | "incident";

/** Every kind of link. */
export const LINK_KINDS = ["alert", "change", "incident"] as const satisfies readonly LinkKind[];

/** A tie to an alert, a change or another incident, by its id. */
export type IncidentLink = {
  readonly kind: LinkKind;
  readonly id: string;
  /** What the tie is, such as `began right after it`. */
  readonly relation: string;
};

/** A tie as an incident keeps it: with when it was made, and by whom. */
export type RecordedLink = IncidentLink & {
  readonly atMs: number;
  /** A person's name, or `engine`. */
  readonly by: string;
};
