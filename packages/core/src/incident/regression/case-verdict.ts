import { z } from "zod";
import { formatLabels } from "../../alert/labels.js";

/** Where routing took an alert from elsewhere, and whom it told of it. */
export type OutcomeRouting = {
  /** Its key. */
  readonly alert: string;
  /** Such as `route-taken {}/{team="shop"} shop`, in the order in which it met them. */
  readonly rules: readonly string[];
  /** The receivers. */
  readonly told: readonly string[];
};

/** The rules that an alert met, as they were recorded. */
export type RecordedTrace = { readonly key: string; readonly trace: unknown };

const tracedRules = z.array(z.looseObject({ rule: z.string() }));
/** What tells one rule of a kind from another; when, why and by whom is no part of a verdict. */
const NAMING = ["routeId", "silenceId", "name", "sourceKey", "windowId", "interval", "receiver"] as const;
/** What depends on how often a source repeats itself, or on when somebody looked. */
const PASSING: ReadonlySet<string> = new Set(["deduplicated", "nothing-new", "notified"]);
const named = z.string().catch("");
const grouped = z.object({ labels: z.record(z.string(), z.string()) });

/** Says what came of the routing of each alert, by all that was recorded of it; sorted by their keys. */
export function outcomeRouting(traces: readonly RecordedTrace[]): readonly OutcomeRouting[] {
  const verdicts = new Map<string, { readonly rules: Set<string>; readonly told: Set<string> }>();
  for (const { key, trace } of traces) {
    const verdict = verdicts.get(key) ?? { rules: new Set(), told: new Set() };
    verdicts.set(key, verdict);
    for (const traced of tracedRules.safeParse(trace).data ?? []) {
      if (traced.rule === "notified") verdict.told.add(named.parse(traced["receiver"]));
      if (!PASSING.has(traced.rule)) verdict.rules.add(ruleWords(traced));
    }
  }
  return [...verdicts]
    .map(([alert, { rules, told }]) => ({ alert, rules: [...rules], told: [...told] }))
    .toSorted((one, other) => (one.alert < other.alert ? -1 : 1));
}

function ruleWords(traced: { readonly rule: string; readonly [field: string]: unknown }): string {
  const names = NAMING.map((field) => named.parse(traced[field])).filter((name) => name !== "");
  const labels = grouped.safeParse(traced);
  return [traced.rule, ...names, ...(labels.success ? [formatLabels(labels.data.labels)] : [])].join(" ");
}
