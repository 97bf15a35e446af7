import type { Sli } from "@plimsoll/core";
import { z } from "zod";
import { problem, type ReadProblem } from "./read-problem.js";

/** The parts of which a query is made. */
export const QUERY_PARTS = ["good", "bad", "total", "histogram", "value"] as const;
export type QueryPart = (typeof QUERY_PARTS)[number];

/** The combinations that mean something. */
const FORMS: readonly (readonly QueryPart[])[] = [["good", "total"], ["bad", "total"], ["histogram"], ["value"]];

/** Reports a query whose parts do not go together. */
export function checkForm(query: Readonly<Partial<Record<QueryPart, unknown>>>, context: z.RefinementCtx): void {
  const parts = QUERY_PARTS.filter((part) => query[part] !== undefined);
  if (FORMS.some((form) => form.length === parts.length && form.every((part) => parts.includes(part)))) return;
  const found = parts.length === 0 ? "none of them" : parts.map((part) => `\`${part}\``).join(" and ");
  context.addIssue({
    code: "custom",
    message: `Expected \`good\` and \`total\`, or \`bad\` and \`total\`, or \`histogram\`, or \`value\`; found ${found}.`,
  });
}

/** What to take an absent `good` or `bad` series for. */
export const absentSchema = z.enum(["fail", "zero"], { error: "Expected `fail` or `zero`." }).meta({
  description:
    "What an absent good or bad series means while total is there. `fail` (the default): the reading fails. `zero`: no such event yet; right for counters that appear with their first event.",
});

/** What a histogram's bounds are given in. */
export const unitSchema = z
  .enum(["seconds", "milliseconds"], { error: "Expected `seconds` or `milliseconds`." })
  .meta({ description: "The unit of the histogram's bounds. Seconds unless said." });

/** Whether a query of these parts can answer for an SLI of this kind; the problem says what would. */
export function checkSliKind(
  sli: Exclude<Sli, { kind: "composite" }>,
  parts: readonly QueryPart[],
): ReadProblem | undefined {
  const has = (part: QueryPart) => parts.includes(part);
  const needsValue = sli.kind === "time-slices" && sli.goodWhen.of === "value";
  if (needsValue === has("value") && (has("histogram") ? sli.kind === "latency" : true)) return undefined;
  const wanted = needsValue
    ? "`value`"
    : sli.kind === "latency"
      ? "`histogram`, or `good` and `total`"
      : "`good` and `total`, or `bad` and `total`";
  const found = parts.map((part) => `\`${part}\``).join(" and ");
  return problem("wrong-sli-kind", `an SLI of kind ${sli.kind} needs a query with ${wanted}, but it has ${found}`);
}

const ROUNDING = 1e-9; // what sums of a server's fractional increases may differ by

/** Good and total from what the parts count. */
export function goodAndTotal(counts: Readonly<Partial<Record<QueryPart, number>>>): { good: number; total: number } {
  const total = counts.total ?? 0;
  const good = counts.good ?? total - (counts.bad ?? 0);
  const isRounding = good > total ? good - total <= ROUNDING * total : good < 0 && -good <= ROUNDING * total;
  return { good: isRounding ? Math.min(Math.max(good, 0), total) : good, total };
}
