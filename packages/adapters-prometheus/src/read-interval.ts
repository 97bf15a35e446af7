import type { SliRequest } from "@plimsoll/core";

/** The part of a request that is answered at once. */
export type ReadInterval = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether it lies so far back that nothing will change any more: what is missing stays a gap and is not waited for. */
  readonly isPast: boolean;
};

/** Cuts a request to what is complete by now and to a length that a server answers well; undefined when nothing is. */
export function readInterval(
  request: SliRequest,
  limits: {
    readonly nowMs: number;
    readonly delayMs: number;
    readonly pastAfterMs: number;
    readonly longestMs: number;
  },
): ReadInterval | undefined {
  const { sliceMs, fromMs } = request;
  const completeMs = Math.floor((limits.nowMs - limits.delayMs) / sliceMs) * sliceMs;
  const longestMs = Math.max(sliceMs, Math.floor(limits.longestMs / sliceMs) * sliceMs);
  const toMs = Math.min(request.toMs, completeMs, fromMs + longestMs);
  if (toMs <= fromMs) return undefined;
  const pastAfterMs = Math.max(limits.pastAfterMs, 4 * sliceMs);
  return { fromMs, toMs, isPast: toMs <= limits.nowMs - limits.delayMs - pastAfterMs };
}
