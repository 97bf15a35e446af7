import { firesAt, type ExternalAlert } from "../alert/external-alert.js";
import { labelOf, type Labels } from "../alert/labels.js";
import { failure, success, type Result } from "../errors/result.js";
import { matchesAll, type CompiledMatcher } from "./label-matcher.js";
import { createMatcherIndex } from "./matcher-index.js";
import { parseMatchers } from "./parse-matchers.js";
import type { RouteProblem } from "./route.js";

/** While an alert fires that the source matches, those that the target matches tell nobody, given equal labels. */
export type InhibitRuleSpec = {
  readonly name?: string;
  readonly sourceMatchers: readonly string[];
  readonly targetMatchers: readonly string[];
  /** Labels whose values must be the same in both; one that both lack is the same. */
  readonly equal?: readonly string[];
};

export type InhibitRule = {
  readonly name: string;
  readonly source: readonly CompiledMatcher[];
  readonly target: readonly CompiledMatcher[];
  readonly equal: readonly string[];
};

/** Which rule holds an alert back, and on whose account. */
export type Inhibition = { readonly rule: string; readonly sourceKey: string };

/** Reads inhibition rules from their configuration; all that is wrong is told at once. */
export function buildInhibitRules(
  specs: readonly InhibitRuleSpec[],
): Result<readonly InhibitRule[], readonly RouteProblem[]> {
  const problems: RouteProblem[] = [];
  const rules = specs.map((spec, at): InhibitRule => {
    const read = (field: "sourceMatchers" | "targetMatchers"): readonly CompiledMatcher[] => {
      if (spec[field].length === 0) {
        problems.push({
          path: `${at}.${field}`,
          message: "there are no matchers, so that every alert would match; give at least one",
        });
      }
      return spec[field].flatMap((text, index) => {
        const parsed = parseMatchers(text);
        if (parsed.ok) return parsed.value;
        problems.push({ path: `${at}.${field}.${index}`, message: parsed.error.message });
        return [];
      });
    };
    return {
      name: spec.name ?? `inhibition ${at + 1}`,
      source: read("sourceMatchers"),
      target: read("targetMatchers"),
      equal: spec.equal ?? [],
    };
  });
  return problems.length === 0 ? success(rules) : failure(problems);
}

/** Knows which alerts hold others back at the moment. */
export type Inhibitor = {
  /** Takes note of an alert as it is now; one that matches no source costs little. */
  note(alert: Pick<ExternalAlert, "key" | "labels" | "endsAtMs">): void;
  forget(key: string): void;
  /** The first rule that holds back an alert with these labels. */
  inhibits(labels: Labels, atMs: number): Inhibition | undefined;
};

type Source = { readonly key: string; readonly endsAtMs?: number; readonly isTarget: boolean };

/**
 * Makes an inhibitor. Sources are kept by the values of the equal labels, so that a target asks for its own only. As in
 * Alertmanager an alert that is both source and target of a rule is not held back by another that is both, or two of
 * them would silence each other.
 */
export function createInhibitor(rules: readonly InhibitRule[]): Inhibitor {
  type Kept = { readonly rule: InhibitRule; readonly sources: Map<string, Map<string, Source>> };
  const bySource = createMatcherIndex<Kept>();
  const byTarget = createMatcherIndex<Kept>();
  const places = new Map<string, readonly Map<string, Source>[]>();
  for (const [at, rule] of rules.entries()) {
    const kept: Kept = { rule, sources: new Map() };
    bySource.add(String(at), rule.source, kept);
    byTarget.add(String(at), rule.target, kept);
  }

  const forget = (key: string): void => {
    for (const bucket of places.get(key) ?? []) bucket.delete(key);
    places.delete(key);
  };

  return {
    note({ endsAtMs, key, labels }) {
      forget(key);
      const buckets = bySource.matching(labels).map(({ rule, sources }) => {
        const values = equalValues(rule, labels);
        const bucket = sources.get(values) ?? new Map<string, Source>();
        sources.set(values, bucket);
        bucket.set(key, {
          key,
          ...(endsAtMs === undefined ? {} : { endsAtMs }),
          isTarget: matchesAll(rule.target, labels),
        });
        return bucket;
      });
      if (buckets.length > 0) places.set(key, buckets);
    },
    forget,
    inhibits(labels, atMs) {
      for (const { rule, sources } of byTarget.matching(labels)) {
        const bucket = sources.get(equalValues(rule, labels));
        if (bucket === undefined) continue;
        const isSource = matchesAll(rule.source, labels);
        for (const source of bucket.values()) {
          if (firesAt(source, atMs) && !(isSource && source.isTarget))
            return { rule: rule.name, sourceKey: source.key };
        }
      }
      return undefined;
    },
  };
}

function equalValues({ equal }: InhibitRule, labels: Labels): string {
  return JSON.stringify(equal.map((name) => labelOf(labels, name)));
}
