import type { Json } from "../errors/json.js";

/** Where an SLI's samples come from: the name of a configured source and a query that only it understands. */
export type SliSelector = {
  readonly source: string;
  readonly query: { readonly [key: string]: Json | undefined };
};

/** How a slice's value or ratio is held against a limit. */
export type SliceCondition = {
  /** `value` compares the mean of the slice's values; `ratio` compares good / total. */
  readonly of: "value" | "ratio";
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly limit: number;
};

/** One dependency in a composite; the weight matters to `weighted` only. */
export type CompositeMember = { readonly slo: string; readonly weight: number };

/** What is measured. Every kind comes down to good and total events in slices. */
export type Sli =
  | { readonly kind: "events"; readonly selector: SliSelector }
  | { readonly kind: "latency"; readonly selector: SliSelector; readonly thresholdMs: number }
  | { readonly kind: "time-slices"; readonly selector: SliSelector; readonly goodWhen: SliceCondition }
  | { readonly kind: "probe"; readonly selector: SliSelector }
  | {
      readonly kind: "composite";
      readonly rule: "all-of" | "any-of" | "weighted";
      readonly members: readonly CompositeMember[];
    };
