import type {
  AutomationBody,
  RunbookDetail,
  RunbookList,
  RunbookPreviewBody,
  RunDetail,
  RunList,
} from "@plimsoll/service/api";
import type { Resource } from "./resources.js";
import { flag, instant, list, number, oneOf, optional, record, text, type Check } from "./shape.js";

export type { RunbookDetail, RunbookList, RunbookPreviewBody, RunDetail, RunList };
export type Automation = AutomationBody;
export type RunbookSummary = RunbookList["runbooks"][number];
export type RunSummary = RunList["runs"][number];
export type RunStep = RunDetail["steps"][number];

const runbook = {
  id: text,
  title: text,
  level: number,
  owner: optional(text),
  symptoms: list(text),
  lastRehearsedAt: optional(instant),
  findings: list(record({ code: text, message: text })),
};
const detail: Check = record({
  ...runbook,
  links: list(record({ title: text, url: text })),
  parameters: list(record({ name: text, description: text, default: optional(text) })),
  health: optional(text),
  steps: list(record({ id: text, title: text, risk: text, approval: flag })),
});
const run = {
  id: text,
  runbookId: text,
  title: text,
  status: text,
  over: flag,
  requestedBy: text,
  requestedAt: instant,
  reason: text,
  incidentId: optional(text),
  endedAt: optional(instant),
  words: text,
  waitsFor: optional(text),
  stepsDone: number,
  stepCount: number,
};

/** Looks at the answer of everything that is asked of a run. */
export const runShape: Check = record({
  ...run,
  planHash: text,
  planWords: list(text),
  health: optional(text),
  hold: optional(record({ kind: text, words: text, stepId: optional(text), approvalIds: optional(list(text)) })),
  asksFor: optional(record({ instruction: text, stepId: optional(text) })),
  steps: list(
    record({
      id: text,
      title: text,
      status: text,
      does: text,
      risk: text,
      words: text,
      attempts: number,
      undo: optional(text),
    }),
  ),
  approvals: list(record({ approvalId: text, by: text, at: instant, expiresAt: instant })),
  allowed: list(text),
});

/** Looks at what a run would do. */
export const previewShape: Check = record({
  planHash: text,
  words: list(text),
  preparations: list(record({ stepId: text, kind: text, words: text })),
});

/** Looks at what the engine may start by itself. */
export const automationShape: Check = record({
  killSwitch: record({
    state: oneOf("released", "engaged", "unreadable"),
    by: optional(text),
    at: optional(instant),
    reason: optional(text),
    version: optional(number),
  }),
  runbooks: list(record({ id: text, title: text, starts: flag, reasons: list(record({ message: text })) })),
});

const topics = ["evaluated", "incident"] as const;

export const automationResource: Resource<Automation> = {
  path: "/api/v1/automation",
  check: automationShape,
  topics,
};

export const runbooksResource: Resource<RunbookList> = {
  path: "/api/v1/runbooks",
  check: record({ runbooks: list(record(runbook)) }),
  topics,
};

export function runbookResource(id: string): Resource<RunbookDetail> {
  return { path: `/api/v1/runbooks/${encodeURIComponent(id)}`, check: detail, topics };
}

/** The newest runs; of one runbook or for one incident where that is said. */
export function runsResource(of: { readonly runbook?: string; readonly incident?: string } = {}): Resource<RunList> {
  const query = new URLSearchParams({ ...of, limit: "50" });
  return { path: `/api/v1/runbook-runs?${query}`, check: record({ total: number, runs: list(record(run)) }), topics };
}

export function runResource(id: string): Resource<RunDetail> {
  return { path: `/api/v1/runbook-runs/${encodeURIComponent(id)}`, check: runShape, topics };
}
