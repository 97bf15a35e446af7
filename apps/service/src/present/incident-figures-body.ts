import {
  explainTrace,
  type DurationFigures,
  type IncidentExplanation,
  type IncidentFigures,
  type IncidentMetrics,
  type IncidentState,
  type Json,
  type PostmortemDocument,
  type RecordedAutomaticRun,
  type TracedRule,
} from "@plimsoll/core";
import type {
  ActionListBody,
  IncidentExplanationBody,
  IncidentFiguresBody,
  IncidentMetricsBody,
  PostmortemBody,
} from "../schemas/incident-figures-schemas.js";
import { automaticDecisionBody } from "./automation-body.js";
import { actionBody } from "./incident-body.js";
import { reviewBody, traceBody } from "./incident-detail-body.js";
import { defined, iso } from "./slo-body.js";

/** Writes figures over incidents. */
export function incidentMetricsBody(metrics: IncidentMetrics): IncidentMetricsBody {
  return {
    from: iso(metrics.fromMs),
    to: iso(metrics.toMs),
    total: figuresBody(metrics.total),
    merged: metrics.merged,
    byService: metrics.byService.map(({ figures, service }) => ({ service, figures: figuresBody(figures) })),
    bySeverity: metrics.bySeverity.map(({ figures, severity }) => ({ severity, figures: figuresBody(figures) })),
    byPeriod: metrics.byPeriod.map(({ figures, fromMs, toMs }) => ({
      from: iso(fromMs),
      to: iso(toMs),
      figures: figuresBody(figures),
    })),
  };
}

function figuresBody(figures: IncidentFigures): IncidentFiguresBody {
  return {
    count: figures.count,
    bySeverity: { ...figures.bySeverity },
    timeToDetect: durationBody(figures.timeToDetect),
    timeToAcknowledge: durationBody(figures.timeToAcknowledge),
    timeToMitigate: durationBody(figures.timeToMitigate),
    timeToResolve: durationBody(figures.timeToResolve),
  };
}

function durationBody({ count, meanMs, medianMs, p90Ms }: DurationFigures): IncidentFiguresBody["timeToDetect"] {
  return { count, ...defined({ meanMs, medianMs, p90Ms }) };
}

/** Writes why an incident's alerts did what they did. */
export function explanationBody(
  { cameFrom, incidentId, routing, traces }: IncidentExplanation,
  automatic: readonly RecordedAutomaticRun[],
): IncidentExplanationBody {
  return {
    id: incidentId,
    traces: traces.map(traceBody),
    routing: routing.map(({ atMs, key, trace }) => ({ key, at: iso(atMs), lines: routingLines(trace), trace })),
    ...(cameFrom.length === 0
      ? {}
      : { cameFrom: cameFrom.map(({ atMs, keys, ...from }) => ({ ...from, at: iso(atMs), keys: [...keys] })) }),
    ...(automatic.length === 0 ? {} : { automaticRuns: automatic.map(automaticDecisionBody) }),
  };
}

function routingLines(trace: Json): string[] {
  // What the engine records of routing is such a list.
  return Array.isArray(trace) ? [...explainTrace(trace as readonly TracedRule[]).lines] : [];
}

/** Writes a postmortem in its parts. */
export function postmortemBody({ review, sections, title }: PostmortemDocument, version: number): PostmortemBody {
  return {
    title,
    version,
    review: reviewBody(review),
    sections: sections.map(({ edit, generated, heading, id }) => ({
      id,
      heading,
      generated,
      ...(edit === undefined
        ? {}
        : { edit: { text: edit.text, markdown: edit.markdown, author: edit.author, at: iso(edit.atMs) } }),
    })),
  };
}

/** Writes the action items of some incidents, the one that is due first in front. */
export function actionListBody(
  states: readonly IncidentState[],
  which: { readonly status: "open" | "overdue" | "all"; readonly owner?: string },
  nowMs: number,
): ActionListBody {
  const items = states
    .flatMap((state) => state.actions.map((item) => ({ state, item, body: actionBody(item, nowMs) })))
    .filter(({ body }) => which.status === "all" || body.status === "open")
    .filter(({ body }) => which.status !== "overdue" || body.overdueMs !== undefined)
    .filter(({ item }) => which.owner === undefined || item.owner === which.owner)
    .toSorted((one, other) => one.item.dueAtMs - other.item.dueAtMs);
  return {
    at: iso(nowMs),
    items: items.map(({ body, item, state }) => ({
      ...body,
      incidentId: state.id,
      service: state.service,
      blocksReadiness: body.overdueMs !== undefined && item.priority === "P0",
    })),
  };
}
