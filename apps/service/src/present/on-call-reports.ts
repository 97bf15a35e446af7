import {
  fairness,
  handOver,
  isOpenStatus,
  onCallLoad,
  renderHandOver,
  shiftsBetween,
  shippedChanges,
  silenceStatus,
  whoIsOnCall,
  type ChangePlace,
  type EscalationTarget,
  type HandOver,
  type OnCallDesk,
  type OnCallSchedule,
  type PageReceived,
  type Plimsoll,
  type StepCondition,
} from "@plimsoll/core";
import type { EscalationPolicyList, EscalationTargetBody, HandOverBody } from "../schemas/hand-over-schemas.js";
import type { ScheduleLoad } from "../schemas/on-call-schemas.js";
import { nameOf, nextChange, samePeopleSpans, scheduleOverrideBody, spanBody } from "./on-call-body.js";
import { coveredWords } from "./covered-words.js";
import { defined, iso } from "./slo-body.js";

const DAY_MS = 86_400_000;
/** How far back the beginning of the shift that ends is looked for. */
const LONGEST_SHIFT_MS = 400 * DAY_MS;

/** What each person bore by a schedule over a range: a page counts for whoever was on call by it when it went out. */
export function scheduleLoadBody(
  engine: Pick<Plimsoll, "incidents" | "onCall">,
  schedule: OnCallSchedule,
  span: { readonly fromMs: number; readonly toMs: number },
): ScheduleLoad {
  const desk = engine.onCall;
  const shifts = shiftsBetween(schedule, span.fromMs, span.toMs);
  const pages = engine.incidents().flatMap(({ calls }) =>
    calls
      .filter(({ atMs }) => span.fromMs <= atMs && atMs < span.toMs)
      .flatMap(({ atMs, to }): readonly PageReceived[] => {
        const onCall = whoIsOnCall(schedule, atMs);
        return to
          .filter((personId) => onCall.some((one) => one.personId === personId))
          .map((personId) => ({ personId, atMs }));
      }),
  );
  const participants = [...new Set(schedule.layers.flatMap(({ rotation }) => rotation.participants))];
  const people = desk.people.filter(
    ({ id }) => participants.includes(id) || pages.some((page) => page.personId === id),
  );
  return {
    id: schedule.id,
    name: schedule.name,
    ...spanBody(span),
    people: onCallLoad({ shifts, people, pages }).map(({ personId, ...load }) => ({
      ...nameOf(personId, desk),
      ...load,
    })),
    fairness: fairness(shifts, participants),
  };
}

/** What the shift that is on at an instant leaves to the next one. */
export function handOverBody(
  engine: Pick<Plimsoll, "incidents" | "onCall" | "runbooks" | "silences">,
  schedule: OnCallSchedule,
  { inShiftMs, nowMs }: { readonly inShiftMs: number; readonly nowMs: number },
): HandOverBody | undefined {
  const next = nextChange(schedule, inShiftMs);
  if (next === undefined) return undefined;
  const after = nextChange(schedule, next.fromMs);
  const [ending] = samePeopleSpans(schedule, { fromMs: inShiftMs - LONGEST_SHIFT_MS, toMs: inShiftMs + 1 }).slice(-1);
  const incidents = engine.incidents();
  const made = handOver({
    schedule,
    endingFromMs: ending?.fromMs ?? inShiftMs,
    atMs: next.fromMs,
    nextToMs: after?.fromMs ?? next.toMs,
    outgoing: (ending?.people ?? []).map(({ personId }) => nameOf(personId, engine.onCall).name),
    incoming: next.people.map(({ personId }) => nameOf(personId, engine.onCall).name),
    openIncidents: incidents.filter(({ status }) => isOpenStatus(status)),
    silences: engine.silences
      .all()
      .filter((silence) => silenceStatus(silence, nowMs) !== "expired")
      .map(({ author, endsAtMs, id, reason }) => ({ id, author, comment: reason, expiresAtMs: endsAtMs })),
    changes: shippedChanges({ incidents, runs: engine.runbooks.all() }),
    actionItems: incidents.flatMap(({ actions, id }) =>
      actions.map((item) => ({
        id: `${id}/${item.id}`,
        title: item.title,
        priority: item.priority,
        owner: item.owner,
        dueMs: item.dueAtMs,
        isDone: item.status !== "open",
      })),
    ),
  });
  return bodyOf(made);
}

function bodyOf(made: HandOver): HandOverBody {
  return {
    schedule: { id: made.scheduleId, name: made.scheduleName },
    at: iso(made.atMs),
    nextUntil: iso(made.nextToMs),
    outgoing: [...made.outgoing],
    incoming: [...made.incoming],
    openIncidents: made.openIncidents.map(({ declaredAtMs, id, service, severity, status, title }) => ({
      id,
      title,
      severity,
      status,
      service,
      declaredAt: iso(declaredAtMs),
    })),
    expiringSilences: made.expiringSilences.map(({ author, comment, expiresAtMs, id }) => ({
      id,
      reason: comment,
      author,
      expires: iso(expiresAtMs),
    })),
    expiringOverrides: made.expiringOverrides.map(scheduleOverrideBody),
    changesShipped: made.changesShipped.map(({ by, id, kind, places, services, shippedAtMs, title }) => ({
      kind,
      id,
      what: title,
      by,
      at: iso(shippedAtMs),
      services: [...services],
      see: places.map((place) => ({ ...place, path: placePath(place) })),
    })),
    actionItems: made.actionItems.map(({ dueMs, id, isOverdue, owner, priority, title }) => ({
      id,
      title,
      priority,
      ...defined({ owner, due: dueMs === undefined ? undefined : iso(dueMs) }),
      overdue: isOverdue,
    })),
    markdown: renderHandOver(made),
  };
}

function placePath({ id, kind }: ChangePlace): string {
  return `/api/v1/${kind === "incident" ? "incidents" : "runbook-runs"}/${encodeURIComponent(id)}`;
}

/** The escalation policies, and which services go by which. */
export function escalationPoliciesBody(desk: OnCallDesk, services: readonly string[]): EscalationPolicyList {
  return {
    policies: desk.policies.map(({ acknowledgement, fallback, id, repeat, stakeholders = [], steps }) => ({
      id,
      steps: steps.map(({ conditions = [], delayMs, targets }) => ({
        targets: targets.map(targetBody),
        delayMs,
        onlyWhen: conditions.map(conditionWords),
      })),
      passes: repeat + 1,
      fallback: fallback.map(targetBody),
      stakeholders: stakeholders.map(({ afterMs, severities, targets }) => ({
        targets: targets.map(targetBody),
        afterMs,
        ...(severities === undefined ? {} : { severities: [...severities] }),
      })),
      ...defined({ acknowledgement }),
    })),
    services: Object.fromEntries(
      services.flatMap((service) => {
        const policy = desk.policyFor(service);
        return policy === undefined ? [] : [[service, policy.id]];
      }),
    ),
  };
}

function targetBody(target: EscalationTarget): EscalationTargetBody {
  switch (target.kind) {
    case "person":
      return { kind: "person", id: target.personId };
    case "schedule":
      return { kind: "schedule", id: target.scheduleId };
    case "team":
      return { kind: "team", id: target.teamId, members: target.members };
  }
}

function conditionWords(condition: StepCondition): string {
  switch (condition.kind) {
    case "severity":
      return `the severity is ${condition.anyOf.join(" or ")}`;
    case "time":
      return coveredWords({ kind: "recurring", interval: condition.within });
    case "pass":
      return condition.to === undefined
        ? `from pass ${condition.from} on`
        : `in the passes ${condition.from} to ${condition.to}`;
  }
}
