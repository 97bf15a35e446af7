import type { CaseRun, IncidentState, Plimsoll, RunbookRun, RunbookRunEvent, RunPersonCommand } from "@plimsoll/core";
import { milestonesOf, recordedRunbook } from "./recorded-answers.js";

/** Something that a replay does at an instant. */
export type TimedTask = {
  readonly atMs: number;
  /** Done before what timers bring at the same instant. */
  readonly beforeTimers?: true;
  readonly run: () => Promise<void>;
};

/** What the replay of a run works with. */
export type RunStage = {
  readonly engine: () => Plimsoll;
  /** The replayed incident; undefined while there is none. */
  readonly incident: () => IncidentState | undefined;
  /** The runbooks that the engine knows. */
  readonly library: Map<string, ReturnType<typeof recordedRunbook>>;
  readonly milestonesSoFar: (index: number) => Promise<number>;
  /** Which run of the engine replays which recorded one. */
  readonly runIds: Map<number, string>;
};

/** At most so many boundaries lie between two things that a run comes to. */
const MOST_BOUNDARIES = 20;

/** Makes of a recorded run what a replay does: what people asked is asked again, and the engine goes on when it went on. */
export function tasksOfRun(recorded: CaseRun, index: number, stage: RunStage): readonly TimedTask[] {
  const { events } = recorded;
  const [requested] = events;
  if (requested?.type !== "runbook-run.requested") return [];
  const current = (): RunbookRun | undefined => stage.engine().runbooks.get(stage.runIds.get(index) ?? "");

  const request = async (): Promise<void> => {
    const { plan, reason } = requested.data;
    stage.library.set(plan.runbookId, recordedRunbook(plan, index));
    const scheduled = events.find((event) => event.type === "runbook-run.scheduled");
    const incidentId = stage.incident()?.id;
    const made = await stage.engine().runbooks.request({
      runbookId: plan.runbookId,
      actor: requested.actor,
      causeId: `case/${index}`,
      reason,
      ...(incidentId === undefined ? {} : { incidentId }),
      ...(scheduled === undefined ? {} : { startAtMs: scheduled.data.startAtMs }),
    });
    if (made.ok) stage.runIds.set(index, made.value.id);
  };
  const advanceTo = async (milestone: number): Promise<void> => {
    for (let tries = 0; tries < MOST_BOUNDARIES; tries += 1) {
      if (current() === undefined || (await stage.milestonesSoFar(index)) > milestone) return;
      if ((await stage.engine().runbooks.advance()) === 0) return;
    }
  };
  const ask = async (told: readonly RunbookRunEvent[]): Promise<void> => {
    const run = current();
    const command = run === undefined ? undefined : commandOf(told, run, `case/${index}/${told[0]?.atMs ?? 0}`);
    if (run !== undefined && command !== undefined) await stage.engine().runbooks.command(run.id, command);
  };

  const milestones = milestonesOf(events);
  const tasks: TimedTask[] = [{ atMs: requested.atMs, run: request }];
  for (let at = 1; at < events.length; at += 1) {
    const event = events[at];
    if (event === undefined) break;
    const { actor, atMs } = event;
    if (actor !== "engine") {
      if (!isSameRequest(events[at - 1], event)) tasks.push({ atMs, run: () => ask(requestAt(events, at)) });
    } else if (milestones.includes(event)) {
      tasks.push({ atMs, run: () => advanceTo(milestones.indexOf(event)) });
    }
  }
  return tasks;
}

/** One request of a person may be several events. */
function isSameRequest(one: RunbookRunEvent | undefined, other: RunbookRunEvent | undefined): boolean {
  const causeId = one?.data.causeId;
  return causeId !== undefined && causeId === other?.data.causeId;
}

function requestAt(events: readonly RunbookRunEvent[], first: number): readonly RunbookRunEvent[] {
  let end = first + 1;
  while (isSameRequest(events[first], events[end])) end += 1;
  return events.slice(first, end);
}

function commandOf(told: readonly RunbookRunEvent[], run: RunbookRun, causeId: string): RunPersonCommand | undefined {
  const [event, ...more] = told;
  if (event === undefined) return undefined;
  const by = { actor: event.actor, causeId };
  switch (event.type) {
    case "runbook-run.approved": {
      const { approvalId, expiresAtMs } = event.data;
      const waits = run.hold?.kind === "approval" ? run.hold.approvalIds[0] : undefined;
      const known = run.plan.steps.some(({ approvals }) => approvals.includes(approvalId));
      const { planHash } = run;
      return { type: "approve", ...by, approvalId: known ? approvalId : (waits ?? approvalId), planHash, expiresAtMs };
    }
    case "runbook-run.pause-requested":
      return { type: "pause", ...by, reason: event.data.reason };
    case "runbook-run.cancel-requested":
      return { type: "cancel", ...by, reason: event.data.reason, undo: event.data.undo };
    case "runbook-run.resumed": {
      const { reason } = event.data;
      if (more.length === 0) return { type: "resume", ...by, reason };
      const succeeded = more.some(({ type }) => type === "runbook-run.succeeded");
      return { type: "report", ...by, succeeded, note: reason };
    }
    case "runbook-run.action-succeeded":
    case "runbook-run.undo-succeeded":
      return { type: "report", ...by, stepId: event.data.stepId, succeeded: true, note: event.data.summary };
    case "runbook-run.action-failed":
    case "runbook-run.undo-failed":
      return { type: "report", ...by, stepId: event.data.stepId, succeeded: false, note: event.data.reason };
    case "runbook-run.step-verified":
    case "runbook-run.verification-failed": {
      const { saw, stepId } = event.data;
      return { type: "report", ...by, stepId, succeeded: event.type === "runbook-run.step-verified", note: saw };
    }
    default:
      return undefined;
  }
}
