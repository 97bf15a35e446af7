import { parseMatchers, type CompiledMatcher } from "@plimsoll/core";
import type { z } from "zod";
import type { matchersQuery } from "../../schemas/alert-schemas.js";
import { HttpProblem } from "../problem.js";

/** Reads the matchers of a query; all of several must match. */
export function matchersOf(filter: z.infer<typeof matchersQuery>): readonly CompiledMatcher[] {
  return [filter ?? []].flat().flatMap((text) => {
    const parsed = parseMatchers(text);
    if (parsed.ok) return parsed.value;
    throw new HttpProblem(400, {
      code: parsed.error.code,
      message: `The filter, at column ${parsed.error.column}: ${parsed.error.message}.`,
      path: "filter",
    });
  });
}
