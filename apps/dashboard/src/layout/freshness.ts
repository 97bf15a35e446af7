import type { LiveState } from "../api/live-client.js";

/** How far what is shown can be trusted to be of now. */
export type Freshness =
  | { readonly kind: "starting" }
  | { readonly kind: "lost"; readonly asOfMs?: number }
  | { readonly kind: "late" | "fresh"; readonly words: "live" | "polling"; readonly ageMs: number };

export type FreshnessFacts = {
  readonly live: LiveState;
  readonly nowMs: number;
  readonly evaluatedAtMs: number | undefined;
  readonly sliceMs: number | undefined;
};

// The engine calls data old after three slices; a page that is one fetch behind gets one more.
const LATE_AFTER_SLICES = 4;
const DEFAULT_SLICE_MS = 15_000;

/** A service that answers but has not evaluated for a while is late, and that is not fresh. */
export function freshness({ evaluatedAtMs, live, nowMs, sliceMs = DEFAULT_SLICE_MS }: FreshnessFacts): Freshness {
  if (live.status === "lost") {
    return live.lastContactMs === undefined ? { kind: "lost" } : { kind: "lost", asOfMs: live.lastContactMs };
  }
  if (live.status === "connecting" || evaluatedAtMs === undefined) return { kind: "starting" };
  const ageMs = Math.max(0, nowMs - evaluatedAtMs);
  return { kind: ageMs > sliceMs * LATE_AFTER_SLICES ? "late" : "fresh", words: live.status, ageMs };
}
