import {
  externalAlert,
  type ExternalAlert,
  type IncidentState,
  type Plimsoll,
  type ReceivedAlert,
  type RunbookRun,
} from "@plimsoll/core";
import type { ResponseWorld, Service } from "./response-world.js";
import { MINUTE_MS, PEOPLE, RUNBOOK_ID, SCHEDULE_ID, SLICE_MS, SLO_ID } from "./response-settings.js";

/** Something that happens in a schedule: at once, or as work that others may run beside. */
export type Happening = (world: ResponseWorld) => ((service: Service) => Promise<unknown>) | undefined;

/** What happens how often. */
export type Mixture = Readonly<Partial<Record<keyof typeof HAPPENINGS, number>>>;

const passes =
  (...choicesMs: readonly number[]): Happening =>
  ({ clock, random }) => {
    clock.advance(random.pick(choicesMs));
    return undefined;
  };

const fired: Happening = ({ clock, random }) => {
  const name = random.pick(["a", "b"]);
  const startsAtMs = clock.nowMs();
  return ({ engine, process }) => engine.alerts.take([received(name, clock.nowMs() + process.skewMs, { startsAtMs })]);
};

const ended: Happening = ({ clock, random }) => {
  const name = random.pick(["a", "b"]);
  const endsAtMs = clock.nowMs();
  return ({ engine, process }) => {
    const known = engine.alerts.active().find(({ fingerprint }) => fingerprint === name);
    const over = { startsAtMs: known?.startsAtMs ?? endsAtMs, endsAtMs, status: "resolved" } as const;
    return engine.alerts.take([received(name, clock.nowMs() + process.skewMs, over)]);
  };
};

/** A slice passes in which so much fails; the SLO is read and judged. */
const slice =
  (bad: number): Happening =>
  (world) => {
    world.clock.set((Math.floor(world.clock.nowMs() / SLICE_MS) + 1) * SLICE_MS);
    world.serve(bad);
    return async ({ engine }) => {
      await engine.collect(SLO_ID);
      await engine.round();
    };
  };

type By = { readonly actor: string; readonly atMs: number };

/** Somebody does something to an incident that they see. */
const person =
  (act: (engine: Plimsoll, incident: IncidentState, by: By) => Promise<unknown>): Happening =>
  ({ clock, random }) => {
    const by = { actor: random.pick(PEOPLE), atMs: clock.nowMs() };
    const which = random.next();
    return async ({ engine }) => {
      const all = engine.incidents();
      const incident = all[Math.floor(which * all.length)];
      if (incident !== undefined) await act(engine, incident, by);
    };
  };

/** Somebody changes who is on call, from now or soon. */
const overrides: Happening = ({ clock, random }) => {
  const withPersonId = random.pick(PEOPLE);
  const personId = random.pick(["ann", "bob", "cy"] as const);
  const fromMs = clock.nowMs() + random.pick([0, MINUTE_MS]);
  const toMs = fromMs + random.pick([2 * MINUTE_MS, 20 * MINUTE_MS]);
  const change = random.chance(0.5)
    ? ({ kind: "replace", personId, withPersonId } as const)
    : ({ kind: "add", personId: withPersonId } as const);
  return ({ engine }) => engine.onCall.override(SCHEDULE_ID, "boss", [{ ...change, fromMs, toMs }]);
};

/** Somebody says yes to a step, as they may or as they may not. */
const approves: Happening = ({ clock, random }) => {
  const way = random.pick(["right", "right", "right", "own", "engine", "other plan", "late", "short"] as const);
  const approvalId = random.pick(["switch", "switch", "drain"]);
  const nowMs = clock.nowMs();
  return async ({ engine }) => {
    const run = engine.runbooks.open().at(-1);
    if (run === undefined) return;
    await engine.runbooks.command(run.id, {
      type: "approve",
      actor: way === "own" ? run.requestedBy : way === "engine" ? "engine" : "eve",
      causeId: `approve/${run.id}/${run.version}/${way}/${approvalId}`,
      approvalId,
      planHash: way === "other plan" ? "0".repeat(64) : run.planHash,
      expiresAtMs: nowMs + (way === "late" ? -1 : way === "short" ? 20_000 : 30 * MINUTE_MS),
    });
  };
};

const onRun =
  (act: (engine: Plimsoll, run: RunbookRun, causeId: string) => Promise<unknown>): Happening =>
  () =>
  async ({ engine }) => {
    const run = engine.runbooks.open().at(-1);
    if (run !== undefined) await act(engine, run, `${run.id}/${run.version}`);
  };

/** Everything that may happen, by name. */
export const HAPPENINGS = {
  seconds: passes(1_000, 10_000, 31_000),
  minutes: passes(MINUTE_MS, 2 * MINUTE_MS),
  long: passes(6 * MINUTE_MS),
  fired,
  ended,
  outage: slice(500),
  calm: slice(0),
  timers:
    () =>
    ({ timer }) =>
      timer.runDue(),
  deliver:
    () =>
    ({ engine }) =>
      engine.deliver(),
  audit:
    () =>
    ({ engine }) =>
      engine.escalations.audit(),
  acknowledge: person((engine, { id }, { actor }) => engine.acknowledge(id, { actor })),
  unacknowledge: person((engine, { id }, { actor }) =>
    engine.commandIncident(id, { type: "unacknowledge", actor, reason: "called away" }),
  ),
  resolve: person((engine, { id }, { actor }) => engine.resolve(id, { actor, reason: "fixed by hand" })),
  reopen: person((engine, { id }, { actor }) =>
    engine.commandIncident(id, { type: "reopen", actor, reason: "not fixed after all" }),
  ),
  hasten: person((engine, { id, version }, by) =>
    engine.escalations.command(id, {
      type: "escalate",
      ...by,
      reason: "more hands",
      causeId: `hasten/${id}/${version}`,
    }),
  ),
  confirm: person((engine, { id, version }, by) =>
    engine.escalations.command(id, { type: "confirm", ...by, causeId: `confirm/${id}/${version}` }),
  ),
  overrides,
  request: ({ clock, random }) => {
    const causeId = `request/${clock.nowMs()}/${random.below(1_000_000)}`;
    const actor = random.pick(["ann", "bob"]);
    return async ({ engine }) => {
      const incidentId = engine.incidents()[0]?.id;
      const asked = { runbookId: RUNBOOK_ID, actor, causeId, reason: "it is ill" };
      if (engine.runbooks.open().length < 2)
        await engine.runbooks.request({ ...asked, ...(incidentId === undefined ? {} : { incidentId }) });
    };
  },
  advance:
    () =>
    ({ engine }) =>
      engine.runbooks.advance(),
  approves,
  pause: onRun((engine, { id }, causeId) =>
    engine.runbooks.command(id, { type: "pause", actor: "eve", causeId: `pause/${causeId}`, reason: "wait" }),
  ),
  resume: onRun((engine, { id }, causeId) =>
    engine.runbooks.command(id, { type: "resume", actor: "eve", causeId: `resume/${causeId}`, reason: "go on" }),
  ),
  cancel: onRun((engine, { id }, causeId) =>
    engine.runbooks.command(id, {
      type: "cancel",
      actor: "eve",
      causeId: `cancel/${causeId}`,
      reason: "enough",
      undo: true,
    }),
  ),
  heals: ({ fixable }) => {
    fixable.healthy = true;
    return undefined;
  },
  wakes: (world) => {
    world.wakeReplaced();
    return undefined;
  },
} satisfies Record<string, Happening>;

/** An alert as the edge takes it in, by the clock of the process. */
function received(name: string, nowMs: number, said: Partial<ReceivedAlert>): ExternalAlert {
  const labels = { alertname: name, service: "payments", severity: "critical" };
  const alert = externalAlert({ source: "prometheus", fingerprint: name, labels, ...said }, { nowMs });
  if (!alert.ok) throw new TypeError(alert.error.message);
  return alert.value;
}
