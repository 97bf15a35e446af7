import {
  DEFAULT_BUDGET_POLICY,
  RULE_PRESETS,
  compositeEventEvery,
  nominalPeriodMs,
  resolveRules,
  validateSlo,
  withSampleEvery,
} from "@plimsoll/core";
import type {
  BudgetPolicy,
  BurnRateRule,
  Json,
  RuleSpec,
  Service,
  Sli,
  Slo,
  SloProblem,
  SloWindow,
} from "@plimsoll/core";
import type { SourceType } from "../config-registry.js";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { explainIssues } from "../schema/explain-issues.js";
import { childValue } from "../schema/schema-at.js";
import { sloSchema, type SloInput } from "../schema/slo-schema.js";
import { findCycles } from "./cycles.js";
import { resolvePaths } from "./settings.js";
import { below, checkName, present, readEntry, type References } from "./read-entry.js";
import { reportSloProblem } from "./report-slo-problem.js";
import { sourceEveryOf, type TypedSource } from "./sources.js";

/** Slices are kept for the longest period; more than this is refused as a mistake. A leap year and a month fit. */
const LONGEST_RETENTION_MS = 400 * 86_400_000;

/** What SLOs refer to. */
export type SloContext = {
  readonly log: IssueLog;
  readonly references: References;
  readonly sliceMs: number;
  /** Every source that has a name, with its type where that is known. */
  readonly sources: ReadonlyMap<string, TypedSource | undefined>;
  readonly services: { readonly names: ReadonlySet<string>; readonly read: readonly Service[] };
  readonly policies: { readonly names: ReadonlySet<string>; readonly read: ReadonlyMap<string, BudgetPolicy> };
};

/** Reads all SLOs; those with a problem are left out, and the problem is in the log. */
export function readSlos(entries: ReadonlyMap<string, Entry>, context: SloContext): readonly Slo[] {
  const owners = new Map(context.services.read.map((service) => [service.id, service.owner]));
  const names = new Set(entries.keys());
  const sources = new Set(context.sources.keys());
  const presets = new Map<string, readonly BurnRateRule[]>();
  const slos: Slo[] = [];
  const inputs = new Map<string, PartialInput>();
  for (const entry of entries.values()) {
    checkName(entry, context.log);
    const input = readEntry(sloSchema, entry, context.log) ?? partsThatFit(entry.value);
    inputs.set(entry.name, input);
    const owner = input.owner ?? owners.get(input.service ?? "");
    const slo = readSlo(entry, input, { ...context, names, sourceNames: sources, presets, owner });
    if (slo !== undefined) slos.push(slo);
  }
  checkCycles(inputs, entries, context.log);
  checkComposites(slos, entries, { inputs, ...context });
  return slos;
}

type OneContext = SloContext & {
  readonly names: ReadonlySet<string>;
  readonly sourceNames: ReadonlySet<string>;
  readonly presets: Map<string, readonly BurnRateRule[]>;
  readonly owner: string | undefined;
};
type PartialInput = { readonly [Key in keyof SloInput]?: SloInput[Key] | undefined };

/** The fields of a refused SLO that are fine by themselves, so that what they refer to is still checked. */
function partsThatFit(value: unknown): PartialInput {
  const parts = Object.entries(sloSchema.shape).map(([key, schema]) => [
    key,
    schema.safeParse(childValue(value, key)).data,
  ]);
  return Object.fromEntries(parts) as PartialInput;
}

function readSlo(entry: Entry, input: PartialInput, context: OneContext): Slo | undefined {
  checkReferences(entry, input, context);
  const { log, policies, sliceMs } = context;
  const sli = input.sli === undefined ? undefined : readSli(entry, input.sli, context);
  const policy = policies.read.get(input.policy ?? "");
  const { service, target, alerting, mode = "active", gapIs = "gap", title, description, runbook } = input;
  if (target === undefined || input.window === undefined || alerting === undefined) return undefined;
  const window = windowOf(input.window);
  const rules = rulesOf(alerting, { periodMs: nominalPeriodMs(window), sliceMs, presets: context.presets });
  const { minBadEvents, suppressedBy } = alerting;
  const everyMs = sourceEveryOf(sli, context.sources);
  const slo: Slo = {
    id: entry.name,
    service: service ?? "",
    ...present({ title, description, owner: context.owner, runbook }),
    version: 1,
    target,
    window,
    sli: sli ?? UNKNOWN_SLI,
    ...(everyMs !== undefined && everyMs > sliceMs ? { sampleEveryMs: everyMs } : {}),
    mode,
    gapIs,
    alerting: { rules, minBadEvents, suppressedBy },
    policy: policy ?? DEFAULT_BUDGET_POLICY,
  };
  for (const problem of validateSlo(slo, { sliceMs, retentionMs: LONGEST_RETENTION_MS, ...present({ everyMs }) })) {
    reportSloProblem(problem, { entry, ownRules: alerting.rules !== undefined, rules, log });
  }
  return service === undefined || sli === undefined || policy === undefined ? undefined : slo;
}

/** What a composite can never do as its members are too slow, which is known once all SLOs are read. */
const OF_MEMBERS: ReadonlySet<SloProblem["code"]> = new Set([
  "window-under-sample",
  "min-bad-events-unreachable",
  "evidence-unreachable",
]);

function checkComposites(
  slos: readonly Slo[],
  entries: ReadonlyMap<string, Entry>,
  context: SloContext & { readonly inputs: ReadonlyMap<string, PartialInput> },
): void {
  const { inputs, log, sliceMs } = context;
  const everyMs = (slo: Slo) => sourceEveryOf(slo.sli, context.sources);
  const paces = compositeEventEvery(slos, { everyMs, sliceMs });
  for (const slo of withSampleEvery(slos)) {
    const entry = entries.get(slo.id);
    if (entry === undefined || slo.sli.kind !== "composite") continue;
    const ownRules = inputs.get(slo.id)?.alerting?.rules !== undefined;
    const facts = { sliceMs, retentionMs: LONGEST_RETENTION_MS, ...present({ everyMs: paces.get(slo.id) }) };
    for (const problem of validateSlo(slo, facts)) {
      if (OF_MEMBERS.has(problem.code)) reportSloProblem(problem, { entry, ownRules, rules: slo.alerting.rules, log });
    }
  }
}

/** Stands in while the rules of an SLO are proved whose SLI was refused; never part of a configuration. */
const UNKNOWN_SLI: Sli = { kind: "composite", rule: "all-of", members: [] };

function checkReferences(entry: Entry, input: PartialInput, context: OneContext): void {
  const { references } = context;
  if (input.service !== undefined) {
    references.check(input.service, context.services.names, below(entry.place, "service"), {
      what: "service",
      section: "services",
    });
  }
  if (input.policy !== undefined) {
    references.check(input.policy, context.policies.names, below(entry.place, "policy"), {
      what: "budget policy",
      section: "budgetPolicies",
    });
  }
  input.alerting?.suppressedBy.forEach((name, index) =>
    references.check(name, context.names, below(entry.place, "alerting", "suppressedBy", index), {
      what: "SLO",
      section: "slos",
    }),
  );
}

function windowOf(window: SloInput["window"]): SloWindow {
  if (typeof window === "number") return { kind: "rolling", lengthMs: window };
  return { kind: "calendar", unit: window.calendar, zone: window.zone, fiscalYearStart: window.fiscalYearStart };
}

type RulesContext = {
  readonly periodMs: number;
  readonly sliceMs: number;
  readonly presets: Map<string, readonly BurnRateRule[]>;
};

/** A preset comes out the same for every SLO of one period, and thousands of SLOs have few of either. */
function rulesOf(alerting: SloInput["alerting"], context: RulesContext): readonly BurnRateRule[] {
  if (alerting.rules !== undefined) return ownRulesOf(alerting, context);
  const key = `${alerting.preset ?? ""} ${alerting.factors} ${alerting.comparison} ${context.periodMs}`;
  const rules = context.presets.get(key) ?? ownRulesOf(alerting, context);
  context.presets.set(key, rules);
  return rules;
}

function ownRulesOf(alerting: SloInput["alerting"], context: RulesContext): readonly BurnRateRule[] {
  const { comparison, factors } = alerting;
  const rules = alerting.rules?.map(ruleOf) ?? RULE_PRESETS[alerting.preset ?? "google"];
  const scaling = factors === "fixed" ? "fixed-factors" : "shares";
  return resolveRules({ rules: rules.map((rule) => ({ ...rule, comparison })), scaling }, context);
}

function ruleOf(rule: NonNullable<SloInput["alerting"]["rules"]>[number]): RuleSpec {
  const { id, tier, window, short, share, rate } = rule;
  // The schema lets exactly one of the two through.
  const size = share === undefined ? { rate: rate ?? Number.NaN } : { budgetShare: share };
  return { ...present({ id, shortMs: short }), tier, longMs: window, ...size };
}

function readSli(entry: Entry, sli: SloInput["sli"], context: OneContext): Sli | undefined {
  if (sli.kind === "composite") return readComposite(entry, sli, context);
  const place = below(entry.place, "sli");
  if (
    !context.references.check(sli.source, context.sourceNames, below(place, "source"), {
      what: "source",
      section: "sources",
    })
  )
    return undefined;
  const type = context.sources.get(sli.source)?.type;
  if (type === undefined) return undefined;
  const parsed = parseQuery(type, resolvePaths(type.query, sli.query, entry.place.file.name));
  if (!parsed.success) {
    for (const { path, finding } of explainIssues(type.query, sli.query, parsed.error.issues)) {
      context.log.report(below(place, "query", ...path), finding);
    }
    return undefined;
  }
  const selector = { source: sli.source, query: parsed.data as Record<string, Json | undefined> };
  switch (sli.kind) {
    case "events":
    case "probe":
      return { kind: sli.kind, selector };
    case "latency":
      return { kind: "latency", selector, thresholdMs: sli.threshold };
    case "time-slices":
      return { kind: "time-slices", selector, goodWhen: sli.goodWhen };
  }
}

function parseQuery(type: SourceType, query: unknown): ReturnType<SourceType["query"]["safeParse"]> {
  return type.query.safeParse(query);
}

type CompositeInput = Extract<SloInput["sli"], { kind: "composite" }>;

function readComposite(entry: Entry, sli: CompositeInput, context: OneContext): Sli | undefined {
  const { allOf, anyOf, weighted } = sli;
  const place = below(entry.place, "sli");
  if ([allOf, anyOf, weighted].filter((rule) => rule !== undefined).length !== 1) {
    context.log.report(place, {
      code: "invalid-value",
      message: "A composite needs exactly one of `allOf`, `anyOf` and `weighted`.",
      expected: "such as `allOf: [gateway, payments]`",
      fix: "Write one of the three.",
    });
    return undefined;
  }
  const known = { what: "SLO", section: "slos" };
  const list = (key: "allOf" | "anyOf", names: readonly string[]) =>
    names.map((slo, index) => {
      context.references.check(slo, context.names, below(place, key, index), known);
      return { slo, weight: 1 };
    });
  if (allOf !== undefined) return { kind: "composite", rule: "all-of", members: list("allOf", allOf) };
  if (anyOf !== undefined) return { kind: "composite", rule: "any-of", members: list("anyOf", anyOf) };
  const members = Object.entries(weighted ?? {}).map(([slo, weight]) => {
    context.references.check(slo, context.names, below(place, "weighted", slo), known);
    return { slo, weight };
  });
  if (members.length > 0) return { kind: "composite", rule: "weighted", members };
  context.log.report(below(place, "weighted"), {
    code: "invalid-value",
    message: "The map is empty.",
    expected: "names of SLOs and weights",
    fix: "Add a member.",
  });
  return undefined;
}

/** Names of the members of a composite as written. */
function memberNames(sli: SloInput["sli"] | undefined): readonly string[] {
  if (sli?.kind !== "composite") return [];
  return [...(sli.allOf ?? []), ...(sli.anyOf ?? []), ...Object.keys(sli.weighted ?? {})];
}

function checkCycles(
  inputs: ReadonlyMap<string, PartialInput>,
  entries: ReadonlyMap<string, Entry>,
  log: IssueLog,
): void {
  const composites = new Map([...inputs].map(([name, input]) => [name, memberNames(input.sli)]));
  const suppressions = new Map([...inputs].map(([name, input]) => [name, input.alerting?.suppressedBy ?? []]));
  const report = (
    cycle: readonly string[],
    path: readonly string[],
    words: { readonly message: string; readonly fix: string },
  ) => {
    const entry = entries.get(cycle[0] ?? "");
    const circle = [...cycle, cycle[0]].map((name) => `\`${name}\``);
    const shown = circle.length > 9 ? [...circle.slice(0, 8), "…", circle.at(-1)] : circle;
    if (entry !== undefined)
      log.report(below(entry.place, ...path), {
        code: "cycle",
        message: `${words.message} ${shown.join(" -> ")}.`,
        fix: words.fix,
      });
  };
  for (const cycle of findCycles(composites)) {
    report(cycle, ["sli"], {
      message: "These composites are made of each other:",
      fix: "Take one of them out of the circle.",
    });
  }
  for (const cycle of findCycles(suppressions)) {
    report(cycle, ["alerting", "suppressedBy"], {
      message: "These SLOs suppress each other, so that none would alert:",
      fix: "Let the dependency suppress what depends on it, and not the other way.",
    });
  }
}
