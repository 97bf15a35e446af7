import type { Json } from "../errors/json.js";

/** What an item of evidence shows. */
export type EvidenceKind = "evaluation" | "windows" | "changes" | "topology" | "logs" | "traces" | "other";

/** Every kind of evidence. */
export const EVIDENCE_KINDS = [
  "evaluation",
  "windows",
  "changes",
  "topology",
  "logs",
  "traces",
  "other",
] as const satisfies readonly EvidenceKind[];

/** Something observed that a claim can cite, fixed by its hash. */
export type Evidence = {
  /** Unique within its incident; attaching the same id and hash again changes nothing. */
  readonly id: string;
  readonly kind: EvidenceKind;
  /** Who observed it, such as an adapter's name. */
  readonly source: string;
  /** The interval it tells of, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The Digest port's answer for `data`; computed outside core. */
  readonly hash: string;
  /** One line for a person. */
  readonly summary: string;
  readonly data: Json;
};

/** Evidence as the incident's state keeps it; the data stay in the event. */
export type EvidenceEntry = Omit<Evidence, "data">;
