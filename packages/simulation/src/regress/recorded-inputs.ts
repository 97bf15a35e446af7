import {
  incidentSignals,
  type CaseCommand,
  type ExternalAlert,
  type IncidentState,
  type RegressionCase,
} from "@plimsoll/core";
import type { World } from "../world.js";
import type { TimedTask } from "./recorded-run.js";

/** The slices come when they are over: every SLO is read and judged, as the service does. */
export function sliceTasks(world: World, { inputs, settings, slos }: RegressionCase): readonly TimedTask[] {
  if (slos.length === 0) return [];
  const { sliceMs } = settings;
  const first = Math.floor(inputs.fromMs / sliceMs) + 1;
  const count = Math.floor(inputs.toMs / sliceMs) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    atMs: (first + index) * sliceMs,
    beforeTimers: true,
    async run() {
      await world.collect();
      await world.engine.round();
    },
  }));
}

/** What came at the same instant is told together, as it came: a group tells at once only of what was there by then. */
export function alertTasks(world: World, { inputs }: RegressionCase): readonly TimedTask[] {
  const together = new Map<number, ExternalAlert[]>();
  for (const { alert, receivedAtMs } of inputs.alerts) {
    together.set(receivedAtMs, [...(together.get(receivedAtMs) ?? []), alert]);
  }
  return [...together].map(([atMs, alerts]) => ({
    atMs,
    run: async () => void (await world.engine.alerts.take(alerts)),
  }));
}

export function silenceTasks(world: World, { inputs }: RegressionCase): readonly TimedTask[] {
  const { silences } = world.engine;
  return (inputs.silences ?? []).map((change) => ({
    atMs: change.atMs,
    async run() {
      const { actor: author, id } = change;
      if (change.type === "expire") await silences.expire(id, { author });
      else {
        const { matchers, reason, schedule } = change;
        await silences.create({ id, matchers, reason, schedule, author });
      }
    },
  }));
}

export function commandTasks(
  world: World,
  { inputs }: RegressionCase,
  {
    declared,
    incident,
  }: { readonly incident: () => IncidentState | undefined; readonly declared: (id: string) => void },
): readonly TimedTask[] {
  return inputs.commands.map((command) => ({
    atMs: command.atMs,
    run: () => (command.type === "declare" ? declare(world, command, declared) : ask(world, command, incident()?.id)),
  }));
}

async function declare(
  { engine }: World,
  command: Extract<CaseCommand, { readonly type: "declare" }>,
  declared: (id: string) => void,
): Promise<void> {
  const { atMs: _, type: _type, ...asked } = command;
  const outcome = await engine.declareIncident(asked);
  if (outcome.ok) declared(outcome.value.id);
}

async function ask(
  { engine }: World,
  command: Exclude<CaseCommand, { readonly type: "declare" }>,
  incidentId: string | undefined,
): Promise<void> {
  const { atMs: _, ...asked } = command;
  if (incidentId !== undefined) await engine.commandIncident(incidentId, asked);
}

export function escalationTasks(
  { engine }: World,
  { inputs }: RegressionCase,
  incident: () => IncidentState | undefined,
): readonly TimedTask[] {
  return (inputs.escalation ?? []).map((command, index) => ({
    atMs: command.atMs,
    async run() {
      const id = incident()?.id;
      if (id !== undefined) await engine.escalations.command(id, { ...command, causeId: `case/escalation/${index}` });
    },
  }));
}

/** The incident that a person declared, or that is about the same and was declared nearest to when it was. */
export function replayedIncident(
  { engine }: World,
  { expected }: RegressionCase,
  declaredId: string | undefined,
): IncidentState | undefined {
  const { alert, declaredAtMs } = expected;
  if (alert.kind === "person") return engine.incidents().find(({ id }) => id === declaredId);
  const off = (state: IncidentState): number => Math.abs(state.declaredAtMs - declaredAtMs);
  return engine
    .incidents()
    .filter((state) => incidentSignals(state).some(({ key }) => key === alert.key))
    .toSorted((one, other) => off(one) - off(other))[0];
}
