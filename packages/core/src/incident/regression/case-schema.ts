import { z } from "zod";
import type { ExternalAlert } from "../../alert/external-alert.js";
import { failure, success, type Result } from "../../errors/result.js";
import { DEFAULT_GROUP_TIMES, type RouteSpec } from "../../routing/route.js";
import { runbookRunEventSchema } from "../../runbook/parse-runbook-run-event.js";
import type { Correction, CoveredTime } from "../../slo/correction.js";
import type { Sli, SliSelector } from "../../slo/sli.js";
import type { SloWindow } from "../../slo/slo-window.js";
import type { Service, Slo } from "../../slo/slo.js";
import { INCIDENT_STATUSES } from "../incident-lifecycle.js";
import { INCIDENT_ROLES } from "../people/role.js";
import { AUDIENCES } from "../people/status-update.js";
import { SEVERITIES } from "../severity.js";
import { buildCaseRouting } from "./build-case-routing.js";
import {
  caseOnCall,
  caseRouting,
  escalationCommand,
  instant,
  recurring,
  silenceChange,
} from "./case-answering-schema.js";
import type { CaseOutcome, OutcomeAlert, OutcomeStep } from "./case-outcome.js";
import {
  CASE_FORMAT,
  CASE_FORMAT_VERSION,
  type CaseAlert,
  type CaseCommand,
  type RegressionCase,
  type SliceRun,
} from "./regression-case.js";

const MOST_SLICES = 1_000_000; // half a year of slices of 15 s; a file may not ask for more memory than that at once

const MOST_DUE = 100_000; // a day of groups that are due each second
const positive = z.number().positive();
const count = z.number().nonnegative();
const tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const alertTier = z.enum(["page", "ticket"]);
const severity = z.enum(SEVERITIES);
const labels = z.record(z.string(), z.string());

const service: z.ZodType<Service> = z.object({
  id: z.string(),
  title: z.string().exactOptional(),
  tier,
  owner: z.string().exactOptional(),
  dependsOn: z.array(z.string()),
});

const selector: z.ZodType<SliSelector> = z.object({ source: z.string(), query: z.record(z.string(), z.json()) });

const sli: z.ZodType<Sli> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("events"), selector }),
  z.object({ kind: z.literal("latency"), selector, thresholdMs: positive }),
  z.object({
    kind: z.literal("time-slices"),
    selector,
    goodWhen: z.object({
      of: z.enum(["value", "ratio"]),
      operator: z.enum(["<", "<=", ">", ">="]),
      limit: z.number(),
    }),
  }),
  z.object({ kind: z.literal("probe"), selector }),
  z.object({
    kind: z.literal("composite"),
    rule: z.enum(["all-of", "any-of", "weighted"]),
    members: z.array(z.object({ slo: z.string(), weight: z.number() })),
  }),
]);

const window: z.ZodType<SloWindow> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rolling"), lengthMs: positive }),
  z.object({
    kind: z.literal("calendar"),
    unit: z.enum(["week", "month", "quarter", "year"]),
    zone: z.string(),
    fiscalYearStart: z.number().int().min(1).max(12),
  }),
]);

const slo: z.ZodType<Slo> = z.object({
  id: z.string(),
  service: z.string(),
  title: z.string().exactOptional(),
  description: z.string().exactOptional(),
  owner: z.string().exactOptional(),
  runbook: z.string().exactOptional(),
  version: z.number().int().positive(),
  target: z.number().gt(0).lt(1),
  window,
  sli,
  sampleEveryMs: positive.exactOptional(),
  mode: z.enum(["active", "shadow"]),
  gapIs: z.enum(["gap", "bad"]),
  alerting: z.object({
    rules: z.array(
      z.object({
        id: z.string(),
        tier: alertTier,
        longMs: positive,
        shortMs: positive,
        factor: positive,
        budgetShare: positive,
        comparison: z.enum([">", ">="]),
      }),
    ),
    minBadEvents: count,
    suppressedBy: z.array(z.string()),
  }),
  policy: z.object({
    levels: z.array(z.object({ name: z.string(), aboveRatio: z.number().exactOptional(), action: z.string() })),
    rules: z.array(z.object({ name: z.string(), atConsumedRatio: z.number(), effect: z.enum(["notify", "halt"]) })),
    neededRatio: z.object({
      routine: z.number(),
      risky: z.number(),
      chaos: z.number(),
      automation: z.number(),
    }),
  }),
});

const covers: z.ZodType<CoveredTime> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("once"), fromMs: instant, toMs: instant }),
  z.object({
    kind: z.literal("recurring"),
    interval: recurring,
    fromMs: instant.exactOptional(),
    toMs: instant.exactOptional(),
  }),
]);

const correction: z.ZodType<Correction> = z.object({
  id: z.string(),
  sloIds: z.union([z.literal("all"), z.array(z.string())]),
  effect: z.enum(["drop", "count-good"]),
  author: z.string(),
  reason: z.string(),
  covers,
});

const externalAlert: z.ZodType<ExternalAlert> = z.object({
  key: z.string(),
  source: z.string(),
  fingerprint: z.string(),
  labels,
  annotations: labels,
  startsAtMs: instant,
  endsAtMs: instant.exactOptional(),
  timesOut: z.boolean(),
  status: z.enum(["firing", "resolved"]),
  generatorUrl: z.string().exactOptional(),
});

const caseAlert: z.ZodType<CaseAlert> = z.object({
  receivedAtMs: instant,
  alert: externalAlert,
  service: z.string().exactOptional(),
  severity: severity.exactOptional(),
});

const sliceRun: z.ZodType<SliceRun> = z.object({
  sloId: z.string(),
  fromMs: instant,
  good: count,
  total: count,
  slices: z.number().int().positive(),
  repeats: z.number().int().positive().max(MOST_SLICES),
});

function command<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), atMs: instant, actor: z.string(), ...shape });
}

const text = z.string();
const role = z.enum(INCIDENT_ROLES);
const caseCommand: z.ZodType<CaseCommand> = z.discriminatedUnion("type", [
  command("declare", {
    title: text,
    service: text,
    severity,
    detectedAtMs: instant,
    startedAtMs: instant.exactOptional(),
  }),
  command("acknowledge", {}),
  command("unacknowledge", { reason: text }),
  command("start-mitigation", { text }),
  command("confirm-mitigation", { text }),
  command("change-severity", { severity, reason: text }),
  command("note", { text }),
  command("resolve", { reason: text }),
  command("reopen", { reason: text }),
  command("update-status", { audience: z.enum(AUDIENCES), text }),
  command("assign-role", { role, person: text }),
  command("hand-over", { role, from: text.exactOptional(), to: text, handedOver: text }),
  command("release-role", { role, person: text, reason: text }),
]);

const outcomeAlert: z.ZodType<OutcomeAlert> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("alert"),
    key: z.string(),
    alert: z.enum(["burn", "data-loss"]),
    tier: alertTier,
    ruleId: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal("external"), key: z.string() }),
  z.object({ kind: z.literal("person") }),
]);

const outcome: z.ZodType<CaseOutcome> = z.object({
  alert: outcomeAlert,
  declaredAtMs: instant,
  service: z.string().exactOptional(),
  openingSeverity: severity,
  severity,
  status: z.enum(INCIDENT_STATUSES),
  timeline: z.array(z.object({ kind: z.string(), by: z.enum(["engine", "person"]), afterMs: z.number() })) as z.ZodType<
    OutcomeStep[]
  >,
  runbook: z.array(z.string()),
  routing: z
    .array(z.object({ alert: z.string(), rules: z.array(z.string()), told: z.array(z.string()) }))
    .exactOptional(),
  pages: z.array(z.object({ call: z.string(), afterMs: z.number(), people: z.array(z.string()) })).exactOptional(),
});

/** What a case file holds; an editor's JSON Schema can be made from it. */
export const regressionCaseSchema: z.ZodType<RegressionCase> = z
  .object({
    format: z.literal(CASE_FORMAT),
    formatVersion: z.literal([1, CASE_FORMAT_VERSION]),
    name: z.string().min(1),
    title: z.string(),
    exportedAtMs: instant.exactOptional(),
    settings: z.object({ sliceMs: positive, cooldownMs: count, autoCloseAfterMs: count }),
    services: z.array(service),
    slos: z.array(slo),
    corrections: z.array(correction),
    routing: caseRouting
      .superRefine((routing, context) => {
        const built = buildCaseRouting(routing);
        for (const { message, path } of built.ok ? [] : built.error) {
          context.addIssue({ code: "custom", path: path.split("."), message });
        }
      })
      .exactOptional(),
    onCall: caseOnCall.exactOptional(),
    inputs: z
      .object({
        fromMs: instant,
        toMs: instant,
        slices: z.array(sliceRun),
        alerts: z.array(caseAlert),
        silences: z.array(silenceChange).exactOptional(),
        commands: z.array(caseCommand),
        escalation: z.array(escalationCommand).exactOptional(),
        runs: z.array(z.object({ events: z.array(runbookRunEventSchema).min(1) })),
      })
      .refine(({ slices }) => slices.reduce((sum, { repeats }) => sum + repeats, 0) <= MOST_SLICES, {
        path: ["slices"],
        message: `more than ${MOST_SLICES} slices in all`,
      }),
    expected: outcome,
  })
  .refine(
    ({ inputs: { fromMs, toMs }, settings: { sliceMs } }) => toMs >= fromMs && (toMs - fromMs) / sliceMs <= MOST_SLICES,
    { path: ["inputs", "toMs"], message: `before fromMs, or more than ${MOST_SLICES} slices after it` },
  )
  .refine(
    ({ inputs: { fromMs, toMs }, routing }) =>
      routing === undefined || (toMs - fromMs) / shortestIntervalMs(routing.routes) <= MOST_DUE,
    { path: ["routing", "routes"], message: `a group would be due more than ${MOST_DUE} times in the case's time` },
  );

function shortestIntervalMs({ groupIntervalMs = DEFAULT_GROUP_TIMES.groupIntervalMs, routes = [] }: RouteSpec): number {
  return Math.min(groupIntervalMs, ...routes.map(shortestIntervalMs));
}

/** What is wrong with a case file. */
export type UnreadableCase = {
  readonly code: "unreadable-case";
  /** The places that are not as they should be, such as `inputs.slices.3.good`. */
  readonly paths: readonly string[];
  readonly message: string;
};

const ofNewerForm = z.object({ format: z.literal(CASE_FORMAT), formatVersion: z.int().gt(CASE_FORMAT_VERSION) });

/**
 * Reads a case from what a file's JSON gave, in this form or an earlier one; what is none is an error that names every place
 * that is wrong.
 */
export function parseCase(value: unknown): Result<RegressionCase, UnreadableCase> {
  const newer = ofNewerForm.safeParse(value);
  if (newer.success) {
    const message =
      `This case is of format version ${newer.data.formatVersion}; this version of plimsoll reads up to ${CASE_FORMAT_VERSION}. ` +
      "Replay it with the version that wrote it, or a newer one.";
    return failure({ code: "unreadable-case", paths: ["formatVersion"], message });
  }
  const parsed = regressionCaseSchema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  const problems = parsed.error.issues.map(({ message, path }) => ({ path: path.join("."), message }));
  return failure({
    code: "unreadable-case",
    paths: problems.map(({ path }) => path),
    message:
      `This is no case of a resolved incident: ${problems.map(({ message, path }) => `at ${path === "" ? "the top" : path}, ${message}`).join("; ")}. ` +
      "Export it again, or repair what is named.",
  });
}
