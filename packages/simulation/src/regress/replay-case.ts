import {
  buildRoutes,
  caseOutcome,
  casePath,
  caseSlices,
  formatMatchers,
  incidentSignals,
  incidentStream,
  parseRunbookRunEvent,
  replayIncident,
  runbookRunStream,
  type CaseOutcome,
  type CaseRun,
  type IncidentState,
  type Receiver,
  type RegressionCase,
  type RoutingSettings,
  type Runbook,
  type Slo,
  type SliSample,
} from "@plimsoll/core";
import { createWorld, type World } from "../world.js";
import { createRecordedStepRunner, milestonesOf } from "./recorded-answers.js";
import { tasksOfRun, type RunStage, type TimedTask } from "./recorded-run.js";

/** The source that replayed SLOs are read from. */
const SOURCE = "fake";

/**
 * Tells the real engine, on memory ports and a manual clock, all that a case recorded, each thing at its own instant, and
 * answers what it made of it; undefined where it opened no such incident. The same case gives the same outcome.
 */
export async function replayCase(recorded: RegressionCase): Promise<CaseOutcome | undefined> {
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
  world = await openWorld(recorded, { library, stepRunner });
  const incident = (): IncidentState | undefined => replayedIncident(opened(), recorded);
  const stage: RunStage = { engine: () => opened().engine, incident, library, milestonesSoFar, runIds };
  await play(opened(), [
    ...sliceTasks(opened(), recorded),
    ...alertTasks(opened(), recorded),
    ...commandTasks(opened(), recorded, incident),
    ...runs.flatMap((run, index) => tasksOfRun(run, index, stage)),
  ]);

  const state = incident();
  if (state === undefined) return undefined;
  const course = replayIncident(await opened().ports.events.read(incidentStream(state.id)));
  if (!course.ok || course.value === undefined) return undefined;
  const taken = await Promise.all([...runIds.values()].map(eventsOf));
  return caseOutcome(state, course.value.events, casePath(taken));
}

async function openWorld(
  { corrections, inputs, services, settings, slos }: RegressionCase,
  parts: {
    readonly library: ReadonlyMap<string, Runbook>;
    readonly stepRunner: ReturnType<typeof createRecordedStepRunner>;
  },
): Promise<World> {
  const { autoCloseAfterMs, cooldownMs, sliceMs } = settings;
  const world = await createWorld({
    startIso: new Date(inputs.fromMs).toISOString(),
    slos: slos.map(readHere),
    ports: { stepRunner: parts.stepRunner },
    settings: {
      sliceMs,
      services,
      corrections,
      incidents: { cooldownMs, autoCloseAfterMs },
      routing: routeAtOnce(inputs),
      runbooks: parts.library,
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

/**
 * An alert in a case is told when its incident heard it, so that nothing holds it back any more. Whose receiver said more
 * than its labels has a route and a receiver of its own, which say the same; of two that differ in that alone, the first.
 */
function routeAtOnce({ alerts }: RegressionCase["inputs"]): RoutingSettings {
  const said = alerts.filter(({ service, severity }) => service !== undefined || severity !== undefined);
  const receivers: readonly Receiver[] = [
    { name: "incidents", opens: "incident", notifiers: [] },
    ...said.map(({ service, severity }, index): Receiver => ({
      name: `incidents ${index}`,
      opens: "incident",
      notifiers: [],
      ...(service === undefined ? {} : { service }),
      ...(severity === undefined ? {} : { severity }),
    })),
  ];
  const names = receivers.map(({ name }) => name);
  const routes = said.map(({ alert }, index) => ({
    receiver: `incidents ${index}`,
    matchers: Object.entries(alert.labels).map(([name, value]) => formatMatchers([{ name, operator: "=", value }])),
  }));
  const spec = { receiver: "incidents", groupBy: ["..."], groupWaitMs: 0, groupIntervalMs: 1, routes };
  const root = buildRoutes(spec, { receivers: names });
  if (!root.ok) throw new TypeError(root.error.map(({ message }) => message).join(" "));
  const byName = new Map(receivers.map((receiver) => [receiver.name, receiver]));
  return { root: root.value, receivers: byName, inhibitRules: [], maintenance: [], graceMs: 0 };
}

/** The slices come when they are over: every SLO is read and judged, as the service does. */
function sliceTasks(world: World, { inputs, settings, slos }: RegressionCase): readonly TimedTask[] {
  if (slos.length === 0) return [];
  const { sliceMs } = settings;
  const first = Math.floor(inputs.fromMs / sliceMs) + 1;
  const count = Math.floor(inputs.toMs / sliceMs) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    atMs: (first + index) * sliceMs,
    async run() {
      await world.collect();
      await world.engine.round();
    },
  }));
}

function alertTasks(world: World, { inputs }: RegressionCase): readonly TimedTask[] {
  return inputs.alerts.map(({ alert, receivedAtMs: atMs }) => ({
    atMs,
    run: async () => void (await world.engine.alerts.take([alert])),
  }));
}

function commandTasks(
  world: World,
  { inputs }: RegressionCase,
  incident: () => IncidentState | undefined,
): readonly TimedTask[] {
  return inputs.commands.map(({ atMs, ...command }) => ({
    atMs,
    async run() {
      const id = incident()?.id;
      if (id !== undefined) await world.engine.commandIncident(id, command);
    },
  }));
}

/** Does everything at its instant; at the same one in the order in which it is given. */
async function play(world: World, tasks: readonly TimedTask[]): Promise<void> {
  for (const { atMs, run } of tasks.toSorted((one, other) => one.atMs - other.atMs)) {
    if (atMs > world.clock.nowMs()) world.clock.set(atMs);
    await run();
  }
}

/** The incident that is about the same, and was declared nearest to when it was. */
function replayedIncident({ engine }: World, { expected }: RegressionCase): IncidentState | undefined {
  const { alert, declaredAtMs } = expected;
  if (alert.kind === "person") return undefined;
  const off = (state: IncidentState): number => Math.abs(state.declaredAtMs - declaredAtMs);
  return engine
    .incidents()
    .filter((state) => incidentSignals(state).some(({ key }) => key === alert.key))
    .toSorted((one, other) => off(one) - off(other))[0];
}
