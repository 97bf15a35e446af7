import type { AlertEvent, AlertFacts } from "../../alert/alert.js";
import type { Json } from "../../errors/json.js";
import type { RuleEvaluation, WindowBurn } from "../../evaluation/evaluation.js";
import { formatDuration } from "../../slo/duration.js";
import { alertChange } from "../declare-incident.js";
import type { ExternalFacts } from "../external/external-facts.js";
import { groupWords, type IncidentGroup } from "../external/incident-group.js";
import type { AlertChange, ExternalChange, IncidentEvent } from "../incident-event.js";
import type { IntakeDecision } from "../intake.js";

/** One rule that an alert met, and what came of it. */
export type TraceStep = {
  /** What kind of rule it was. */
  readonly kind: "burn-rate" | "low-traffic" | "coverage" | "suppression" | "severity" | "intake";
  /** The rule's own name, such as `page-1h`. */
  readonly rule: string;
  readonly outcome:
    | "fires"
    | "quiet"
    | "demoted"
    | "frozen"
    | "held-back"
    | "passes"
    | "opens"
    | "joins"
    | "reopens"
    | "ignored";
  readonly because: string;
};

/** Every rule that one piece of news of an alert met, in the order in which it met them. */
export type AlertTrace = {
  readonly key: string;
  readonly alertId: string;
  readonly atMs: number;
  readonly change: AlertChange | ExternalChange;
  readonly explanation: string;
  readonly steps: readonly TraceStep[];
};

/** Why an incident's alerts did what they did. */
export type IncidentExplanation = {
  readonly incidentId: string;
  readonly traces: readonly AlertTrace[];
  /** What whoever routed the alerts recorded, as they recorded it. */
  readonly routing: readonly { readonly key: string; readonly atMs: number; readonly trace: Json }[];
  /** The alerts that came from other incidents, by a merge or a split: what they met before is explained there. */
  readonly cameFrom: readonly {
    readonly incidentId: string;
    readonly atMs: number;
    readonly keys: readonly string[];
  }[];
};

/** Traces an alert event of the engine through its rules up to what the intake made of it, opened an incident or not. */
export function traceAlert(alert: AlertEvent, decision: IntakeDecision): AlertTrace {
  const held = alert.type === "alert.suppressed" ? { suppressedBy: alert.data.suppressedBy } : {};
  return traceOf(alert.data, { change: alertChange(alert), ...held, intake: intakeStep(decision) });
}

/** Explains why an incident's alerts opened it, joined it, reopened it, or fell silent, from its events alone. */
export function explainIncident(incidentId: string, events: readonly IncidentEvent[]): IncidentExplanation {
  const reopened = new Map(
    events.flatMap((event) =>
      event.type === "incident.reopened" ? [[event.data.causeId, event.data.reason] as const] : [],
    ),
  );
  const joined = (causeId: string): TraceStep => {
    const reason = reopened.get(causeId);
    return intakeStep(reason === undefined ? { kind: "update", incidentId } : { kind: "reopen", incidentId, reason });
  };
  const traces = events.flatMap((event): readonly AlertTrace[] => {
    switch (event.type) {
      case "incident.declared": {
        const { alert, external, group } = event.data;
        const opened = { change: "fired", intake: intakeStep({ kind: "open-new" }) } as const;
        return [
          ...(alert === undefined ? [] : [traceOf(alert, opened)]),
          ...(external === undefined ? [] : [externalTrace(external, { ...opened, group })]),
        ];
      }
      case "incident.alert-updated": {
        const { alert, causeId, change, suppressedBy } = event.data;
        const held = suppressedBy === undefined ? {} : { suppressedBy };
        return [traceOf(alert, { change, ...held, intake: joined(causeId) })];
      }
      case "incident.external-updated": {
        const { causeId, change, external, group } = event.data;
        return [externalTrace(external, { change, group, intake: joined(causeId) })];
      }
      default:
        return [];
    }
  });
  const routing = events.flatMap((event) =>
    event.type === "incident.alert-traced" ? [{ key: event.data.key, atMs: event.atMs, trace: event.data.trace }] : [],
  );
  const cameFrom = events.flatMap((event) =>
    event.type === "incident.absorbed" && event.data.alerts.length > 0
      ? [{ incidentId: event.data.from, atMs: event.atMs, keys: event.data.alerts.map(({ key }) => key) }]
      : [],
  );
  return { incidentId, traces, routing, cameFrom };
}

function traceOf(
  facts: AlertFacts,
  {
    change,
    intake,
    suppressedBy,
  }: { readonly change: AlertChange; readonly intake: TraceStep; readonly suppressedBy?: string },
): AlertTrace {
  const { alertId, atMs, evaluation, explanation, key } = facts;
  const rules = facts.kind === "burn" ? evaluation.rules.flatMap(ruleSteps) : [dataLossStep(facts)];
  const suppression: TraceStep =
    suppressedBy === undefined
      ? {
          kind: "suppression",
          rule: "dependencies",
          outcome: "passes",
          because: "nothing that it depends on holds it back",
        }
      : {
          kind: "suppression",
          rule: "dependencies",
          outcome: "held-back",
          because: `${suppressedBy}, which it depends on, pages`,
        };
  return { key, alertId, atMs, change, explanation, steps: [...rules, suppression, intake] };
}

function externalTrace(
  { alertId, atMs, explanation, key, severity, severityReason, source }: ExternalFacts,
  {
    change,
    group,
    intake,
  }: { readonly change: ExternalChange; readonly group: IncidentGroup | undefined; readonly intake: TraceStep },
): AlertTrace {
  const step: TraceStep = {
    kind: "severity",
    rule: source,
    outcome: "passes",
    because: `${severity}, for ${severityReason}`,
  };
  return {
    key,
    alertId,
    atMs,
    change,
    explanation,
    steps: [step, group === undefined ? intake : ofGroup(group, intake)],
  };
}

/** The same step where the group's key decided it, and not the alert's own. */
function ofGroup(group: IncidentGroup, intake: TraceStep): TraceStep {
  const rule = "one incident per group";
  switch (intake.outcome) {
    case "opens":
      return { ...intake, rule, because: `no incident was open for ${groupWords(group)}` };
    case "joins":
      return { ...intake, rule, because: `its incident is that of ${groupWords(group)}` };
    default:
      return intake;
  }
}

function ruleSteps({ budgetShare, factor, long, outcome, ruleId, short }: RuleEvaluation): readonly TraceStep[] {
  const share = `${Number((budgetShare * 100).toPrecision(3))} % of the budget`;
  const because = `${burnWords(long)} and ${burnWords(short)}, against ${figure(factor)}x (${share})`;
  const step = (kind: TraceStep["kind"], came: TraceStep["outcome"], why: string): TraceStep => ({
    kind,
    rule: ruleId,
    outcome: came,
    because: why,
  });
  switch (outcome.kind) {
    case "quiet":
      return [step("burn-rate", "quiet", because)];
    case "firing":
      return [
        step("burn-rate", "fires", because),
        ...(outcome.demotedBecause === undefined ? [] : [step("low-traffic", "demoted", outcome.demotedBecause)]),
      ];
    case "frozen":
      return [step("coverage", "frozen", `it can not say: ${coverageWords(long)} and ${coverageWords(short)}`)];
  }
}

function dataLossStep({ explanation, tier }: AlertFacts): TraceStep {
  return { kind: "coverage", rule: "data-loss", outcome: "fires", because: `${explanation} (${tier})` };
}

function burnWords({ burnRate, lengthMs }: WindowBurn): string {
  return `${burnRate === undefined ? "nothing measured" : `${figure(burnRate)}x`} over ${formatDuration(lengthMs)}`;
}

function coverageWords({ coverageRatio, lengthMs }: WindowBurn): string {
  return `${Number((coverageRatio * 100).toPrecision(3))} % of ${formatDuration(lengthMs)} was measured`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function intakeStep(decision: IntakeDecision): TraceStep {
  const step = (rule: string, outcome: TraceStep["outcome"], because: string): TraceStep => ({
    kind: "intake",
    rule,
    outcome,
    because,
  });
  switch (decision.kind) {
    case "open-new":
      return step(
        "one incident per key",
        "opens",
        "no incident had its key, or the one that did was over for longer than the cooldown",
      );
    case "update":
      return step("one incident per key", "joins", `${decision.incidentId} has its key`);
    case "reopen":
      return step("cooldown", "reopens", decision.reason);
    case "ignore":
      return step("one incident per key", "ignored", decision.reason);
  }
}
