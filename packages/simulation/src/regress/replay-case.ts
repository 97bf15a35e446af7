import {
  caseOutcome,
  casePath,
  caseSlices,
  escalationStream,
  externalKey,
  incidentStream,
  outcomeRouting,
  parseEscalationEvent,
  parseRunbookRunEvent,
  replayIncident,
  runbookRunStream,
  type CaseOutcome,
  type CaseRun,
  type EscalationEvent,
  type IncidentState,
  type RegressionCase,
  type Runbook,
  type Slo,
  type SliSample,
  type UnopenedCase,
} from "@plimsoll/core";
import { createWorld, type World, type WorldOptions } from "../world.js";
import { createAgenda } from "./agenda.js";
import { channelsOf, onCallThen, routeAsThen, routeAtOnce } from "./recorded-answering.js";
import { createRecordedStepRunner, milestonesOf } from "./recorded-answers.js";
import {
  alertTasks,
  commandTasks,
  escalationTasks,
  replayedIncident,
  silenceTasks,
  sliceTasks,
} from "./recorded-inputs.js";
import { tasksOfRun, type RunStage } from "./recorded-run.js";

/** The source that replayed SLOs are read from. */
const SOURCE = "fake";

/**
 * Tells the real engine, on memory ports and a manual clock, all that a case recorded, each thing at its own instant, and
 * answers what it made of it. The same case gives the same outcome.
 */
export async function replayCase(recorded: RegressionCase): Promise<CaseOutcome | UnopenedCase> {
  const runs = recorded.inputs.runs;
  const library = new Map<string, Runbook>();
  const runIds = new Map<number, string>();
  let world: World | undefined = undefined;
  const opened = (): World => {
    if (world === undefined) throw new TypeError("a run was asked before there was a world");
    return world;
  };
  const eventsOf = async (runId: string): Promise<CaseRun> => {
    const stored = await opened().ports.events.read(runbookRunStream(runId));
    const read = stored.map(parseRunbookRunEvent);
    return { events: read.flatMap((event) => (event.ok ? [event.value] : [])) };
  };
  const milestonesSoFar = async (index: number): Promise<number> => {
    const runId = runIds.get(index);
    return runId === undefined ? 0 : milestonesOf((await eventsOf(runId)).events).length;
  };
  const stepRunner = createRecordedStepRunner(
    runs.map((run, index) => ({ run, milestonesSoFar: () => milestonesSoFar(index) })),
  );
  const agenda = createAgenda(recorded);
  world = await openWorld(recorded, { library, stepRunner, around: agenda.around });
  const declared: { id?: string } = {};
  const incident = (): IncidentState | undefined => replayedIncident(opened(), recorded, declared.id);
  const stage: RunStage = { engine: () => opened().engine, incident, library, milestonesSoFar, runIds };
  await agenda.play(opened(), [
    ...sliceTasks(opened(), recorded),
    ...silenceTasks(opened(), recorded),
    ...alertTasks(opened(), recorded),
    ...commandTasks(opened(), recorded, { incident, declared: (id) => (declared.id = id) }),
    ...escalationTasks(opened(), recorded, incident),
    ...runs.flatMap((run, index) => tasksOfRun(run, index, stage)),
  ]);

  const state = incident();
  const course = state && replayIncident(await opened().ports.events.read(incidentStream(state.id)));
  if (state === undefined || course?.ok !== true || course.value === undefined) return unopened(opened(), recorded);
  const taken = await Promise.all([...runIds.values()].map(eventsOf));
  return caseOutcome(state, course.value.events, {
    runbook: casePath(taken),
    routed: recorded.routing !== undefined,
    ...(recorded.onCall === undefined ? {} : { escalation: await escalationOf(opened(), state.id) }),
  });
}

async function escalationOf({ ports }: World, incidentId: string): Promise<readonly EscalationEvent[]> {
  const read = (await ports.events.read(escalationStream(incidentId))).map(parseEscalationEvent);
  return read.flatMap((event) => (event.ok ? [event.value] : []));
}

/** What routing made of the alerts that are expected to have opened the incident. */
function unopened({ engine }: World, { expected, routing }: RegressionCase): UnopenedCase {
  if (routing === undefined || expected.routing === undefined) return { alert: "none" };
  const traces = expected.routing.map(({ alert: key }) => ({
    key,
    trace: engine.alerts.explain(key.slice(externalKey({ key: "" }).length))?.trace,
  }));
  return { alert: "none", routing: outcomeRouting(traces) };
}

async function openWorld(
  { corrections, inputs, onCall, routing, services, settings, slos }: RegressionCase,
  parts: {
    readonly library: ReadonlyMap<string, Runbook>;
    readonly stepRunner: ReturnType<typeof createRecordedStepRunner>;
    readonly around: NonNullable<WorldOptions["around"]>;
  },
): Promise<World> {
  const { autoCloseAfterMs, cooldownMs, sliceMs } = settings;
  const world = await createWorld({
    startIso: new Date(inputs.fromMs).toISOString(),
    slos: slos.map(readHere),
    around: parts.around,
    ports: { stepRunner: parts.stepRunner, notifiers: channelsOf(onCall) },
    settings: {
      sliceMs,
      services,
      corrections,
      incidents: { cooldownMs, autoCloseAfterMs },
      routing: routing === undefined ? routeAtOnce(inputs) : routeAsThen(routing),
      runbooks: parts.library,
      ...(onCall === undefined ? {} : { onCall: onCallThen(onCall) }),
    },
  });
  for (const { id } of slos) world.source.serve(id, samplesOf({ inputs, settings }, id));
  return world;
}

/** What history keeps is measured already: counts, whatever they were measured from. */
function readHere(slo: Slo): Slo {
  if (slo.sli.kind === "composite") return slo;
  return { ...slo, sli: { kind: "events", selector: { source: SOURCE, query: {} } } };
}

function samplesOf(recorded: Pick<RegressionCase, "inputs" | "settings">, ofSlo: string): readonly SliSample[] {
  const { sliceMs: lengthMs } = recorded.settings;
  return caseSlices(recorded)
    .filter(({ sloId }) => sloId === ofSlo)
    .map(({ good, sliceMs, slices, total }) => ({
      fromMs: sliceMs - (slices - 1) * lengthMs,
      toMs: sliceMs + lengthMs,
      measurement: { kind: "counts", good, total },
    }));
}
