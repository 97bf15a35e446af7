import type { SetAside, SliReading, SliRequest, SliSample } from "@plimsoll/core";
import type { ReadProblem } from "./read-problem.js";

/** A failed reading in the words of one SLO. */
export function failedReading(request: SliRequest, { code, message, retryable }: ReadProblem): SliReading {
  return { kind: "failed", code, message: `SLO ${request.sloId}: ${message}`, retryable };
}

/** A reading that succeeded. */
export function reading(
  samples: readonly SliSample[],
  watermarkMs: number,
  more: { readonly setAside?: readonly SetAside[]; readonly notes?: readonly string[] } = {},
): SliReading {
  return { kind: "read", samples, watermarkMs, setAside: more.setAside ?? [], notes: more.notes ?? [] };
}

/** The problems of a query that does not fit its schema, in one line. */
export function queryIssues(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
}
