import { ENGINE_ACTOR } from "../access/principal.js";
import { sloOfAlertKey } from "../alert/decide-alert.js";
import { toJson } from "../errors/json.js";
import { PlimsollError } from "../errors/plimsoll-error.js";
import type { GateAnswer, GateQuestion } from "../gate/gate.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { incidentSignals } from "../incident/incident-signal.js";
import { incidentStream, type IncidentState } from "../incident/incident.js";
import type { Unsubscribe } from "../ports/event-bus.js";
import type { Digest } from "../ports/digest.js";
import type { EventStore, StoredEvent } from "../ports/event-store.js";
import type { Timer } from "../ports/timer.js";
import { automaticReadiness, type ReadinessOptions } from "../runbook/automatic-readiness.js";
import {
  automaticRunId,
  automaticRunStream,
  strayAutomaticRunStream,
  type AutomaticRunDecision,
  type AutomaticRunReason,
  type AutomationSettings,
} from "../runbook/automatic-run.js";
import {
  decideAutomaticRun,
  permissionReasons,
  type AutomaticCandidate,
  type AutomaticRunScene,
  type DecidedAutomaticRun,
} from "../runbook/decide-automatic-run.js";
import { decideRunbookRun } from "../runbook/decide-runbook-run.js";
import { AUTOMATIC_RUN_DECIDED } from "../runbook/parse-automatic-run-event.js";
import { planRunbook } from "../runbook/plan-runbook.js";
import { fittingRunbooks, indexRunbooks, type FittingRunbook } from "../runbook/runbook-index.js";
import type { RunbookPlan } from "../runbook/runbook-plan.js";
import { isFinalRunStatus } from "../runbook/runbook-run-lifecycle.js";
import { runbookRunStream, type RunbookRun } from "../runbook/runbook-run.js";
import { LEVEL_STARTED_BY_ENGINE, type CheckVerdict, type Runbook, type RunbookCheck } from "../runbook/runbook.js";
import type { AutomaticRunBook } from "./automatic-run-book.js";
import type { Journal, StreamEntries } from "./journal.js";
import type { KillSwitch } from "./kill-switch.js";
import { withService } from "./run-circumstances.js";
import { incidentSymptoms } from "./runbook-fit.js";

/** Starts runbooks of level 4 for incidents, where everything allows it, and writes down every decision. */
export type AutomaticRunDesk = {
  /** Handles one stored event; the same event again changes nothing. */
  react(event: StoredEvent): Promise<void>;
  standing(runbookId: string): Promise<AutomaticStanding | undefined>;
  /** Listens to the timer by which incidents are looked at again. */
  open(): Promise<Unsubscribe>;
};

/** What a decision is made from beside the events. */
export type AutomaticRunParts = {
  readonly automation: AutomationSettings;
  readonly killSwitch: Pick<KillSwitch, "read">;
  readonly library: ReadonlyMap<string, Runbook>;
  readonly readiness: Omit<ReadinessOptions, "nowMs" | "library">;
  readonly services: ReadonlySet<string>;
  readonly incident: (incidentId: string) => IncidentState | undefined;
  readonly plannedWork: (incident: IncidentState, atMs: number) => string | undefined;
  readonly slo: (sloId: string) => CheckVerdict;
  readonly runs: () => readonly RunbookRun[];
  readonly gate: (question: GateQuestion) => Promise<GateAnswer>;
  readonly journal: Pick<Journal, "commit">;
  readonly events: Pick<EventStore, "read">;
  readonly book: Pick<AutomaticRunBook, "of">;
  readonly digest: Digest;
  readonly timer: Timer;
  readonly nowMs: () => number;
  readonly relay: () => Promise<unknown>;
};

const TIMER = "automatic-run/";
/** What stood in the way and may pass is looked at again after this. */
const LOOK_AGAIN_MS = 60_000;
/** What passes while nobody changes a file; the rest is decided for good, as far as this process can tell. */
const PASSING: ReadonlySet<AutomaticRunReason["code"]> = new Set([
  "kill-switch",
  "incident-over",
  "alert-quiet",
  "planned-work",
  "unknown-data",
  "run-going-on",
  "attempts-spent",
]);

const INCIDENT_PREFIX = incidentStream("");
/** What may make a runbook fit, or something that was in its way go away. */
const NEWS: ReadonlySet<string> = new Set([
  "incident.declared",
  "incident.reopened",
  "incident.absorbed",
  "incident.alert-updated",
  "incident.external-updated",
]);

/** Whether the engine may start a runbook by itself, were an incident to need it now. */
export type AutomaticStanding = { readonly starts: boolean; readonly reasons: readonly AutomaticRunReason[] };

export function createAutomaticRunDesk(parts: AutomaticRunParts): AutomaticRunDesk {
  const { book, journal, nowMs, timer } = parts;
  const byEngine = [...parts.library.values()].filter(({ level }) => level >= LEVEL_STARTED_BY_ENGINE);
  const index = indexRunbooks(byEngine);
  const fitting = (incident: IncidentState) => fittingRunbooks(index, incidentSymptoms(incident));

  /** The incident, as long as there is something to decide about it. */
  const pending = (incidentId: string): IncidentState | undefined => {
    const incident = parts.incident(incidentId);
    if (incident === undefined || !isOpenStatus(incident.status)) return undefined;
    const fits = fitting(incident);
    const started = new Set(fits.map(({ runbook }) => automaticRunId(incidentId, runbook.id)));
    const goesOn = parts.runs().some(({ id, status }) => started.has(id) && !isFinalRunStatus(status));
    return fits.length === 0 || goesOn ? undefined : incident;
  };

  const entries = async (incidentId: string): Promise<readonly StreamEntries[]> => {
    const incident = pending(incidentId);
    const decided = incident === undefined ? undefined : await decide(parts, incident, fitting(incident));
    if (decided === undefined) return [];
    const { decision, plan } = decided;
    const known = book.of(incidentId).at(-1);
    if (known !== undefined && gist(known) === gist(decision)) return [];
    const { service } = decision;
    const stream = parts.services.has(service) ? automaticRunStream(service) : strayAutomaticRunStream(incidentId);
    const atMs = nowMs();
    const decidedEntry = { type: AUTOMATIC_RUN_DECIDED, atMs, actor: ENGINE_ACTOR, data: toJson(decision) };
    // In one transaction: what was decided to start is requested, or nothing was decided.
    const requested = plan === undefined ? [] : await request(parts, decision, plan);
    return requested === undefined ? [] : [{ stream, entries: [decidedEntry] }, ...requested];
  };

  const look = async (incidentId: string): Promise<boolean> => {
    if (pending(incidentId) === undefined) return false;
    const written = await journal.commit(() => entries(incidentId));
    const last = book.of(incidentId).at(-1);
    if (pending(incidentId) !== undefined && last?.reasons.every(({ code }) => PASSING.has(code)) === true) {
      const atMs = nowMs();
      await timer.schedule({ key: `${TIMER}${incidentId}`, atMs: atMs + LOOK_AGAIN_MS, fence: atMs });
    }
    return written.length > 0;
  };

  return {
    async standing(runbookId) {
      const runbook = byEngine.find(({ id }) => id === runbookId);
      if (runbook === undefined) return undefined;
      const reasons = [
        ...permissionReasons({ automation: parts.automation, killSwitch: await parts.killSwitch.read() }),
        ...(await automaticReadiness(runbook, { ...parts.readiness, nowMs: nowMs(), library: parts.library })),
      ];
      return { starts: reasons.length === 0, reasons };
    },
    async react({ stream, type }) {
      // What is written here is relayed by whoever relays now.
      if (NEWS.has(type) && stream.startsWith(INCIDENT_PREFIX)) await look(stream.slice(INCIDENT_PREFIX.length));
    },
    open: () =>
      timer.consume(TIMER, async ({ key }) => {
        if (await look(key.slice(TIMER.length))) await parts.relay();
      }),
  };
}

/** Decides about an incident and the runbooks of level 4 that fit it. */
async function decide(
  parts: AutomaticRunParts,
  incident: IncidentState,
  fitting: readonly FittingRunbook[],
): Promise<DecidedAutomaticRun | undefined> {
  const options = { ...parts.readiness, nowMs: parts.nowMs(), library: parts.library };
  const candidates = await Promise.all(
    fitting.map(async ({ runbook, symptoms }): Promise<AutomaticCandidate> => {
      const plan = planRunbook(runbook, options);
      const readiness = await automaticReadiness(runbook, options);
      return { runbook, symptoms, readiness, ...(plan.ok ? { plan: plan.value } : {}) };
    }),
  );
  return decideAutomaticRun(await sceneOf(parts, incident, candidates));
}

/** The entries that request a run as the engine's own; undefined where its stream holds something already. */
async function request(
  { digest, events, nowMs }: AutomaticRunParts,
  { incidentId }: AutomaticRunDecision,
  plan: RunbookPlan,
): Promise<readonly StreamEntries[] | undefined> {
  const runId = automaticRunId(incidentId, plan.runbookId);
  const stream = runbookRunStream(runId);
  // A run that is stored and cannot be read is no run that never was.
  if ((await events.read(stream)).length > 0) return undefined;
  const decided = decideRunbookRun(undefined, {
    type: "request",
    atMs: nowMs(),
    actor: ENGINE_ACTOR,
    causeId: `automatic-run/${runId}`,
    runId,
    plan,
    planHash: await digest.digest(toJson(plan)),
    reason: `${incidentId} shows what this runbook is for, and its level lets the engine start it`,
    incidentId,
  });
  if (!decided.ok) throw new PlimsollError({ ...decided.error, retryable: false });
  const entriesOfRun = decided.value.map(({ actor, atMs, data, type }) => ({
    type,
    atMs,
    actor,
    data: toJson(data),
  }));
  return [{ stream, entries: entriesOfRun }];
}

async function sceneOf(
  parts: AutomaticRunParts,
  incident: IncidentState,
  candidates: readonly AutomaticCandidate[],
): Promise<AutomaticRunScene> {
  const nowMs = parts.nowMs();
  const plannedWork = parts.plannedWork(incident, nowMs);
  return {
    nowMs,
    automation: parts.automation,
    killSwitch: await parts.killSwitch.read(),
    incident,
    ...(plannedWork === undefined ? {} : { plannedWork }),
    services: parts.services,
    candidates,
    slos: slosOf(incident, candidates).map((sloId) => ({ sloId, standing: parts.slo(sloId) })),
    runs: parts.runs().map((run) => withService(run, parts.incident(run.incidentId ?? ""))),
    gate: await parts.gate({ services: [incident.service], risk: "automation", requestedBy: ENGINE_ACTOR }),
  };
}

/** The SLOs of the incident's alerts, and those that tell whether the service is well. */
function slosOf(incident: IncidentState, candidates: readonly AutomaticCandidate[]): readonly string[] {
  const alerting = incidentSignals(incident).flatMap(({ external, key }) =>
    external === undefined ? [sloOfAlertKey(key)] : [],
  );
  const looked = candidates.flatMap(({ plan }) => (plan?.health === undefined ? [] : slosIn(plan.health.check)));
  return [...new Set([...alerting, ...looked])];
}

function slosIn(check: RunbookCheck): readonly string[] {
  if (check.kind === "not") return slosIn(check.check);
  return check.kind === "slo" ? [check.slo] : [];
}

/** What makes a decision another one: words that count up, such as how late data are, do not. */
function gist({ reasons, runbookIds, starts }: AutomaticRunDecision): string {
  const refusals = reasons.filter((reason) => reason.against).map(({ about, code }) => [code, about]);
  return JSON.stringify([starts, runbookIds, refusals]);
}
