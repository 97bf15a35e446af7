import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertEvent } from "../alert/alert.js";
import type { Json } from "../errors/json.js";
import { alertAt, evaluationAt, evidenceNamed, MINUTE_MS, shareOf, START_MS } from "./alert.fixture.js";
import { closableAt } from "./auto-close.js";
import { decideIncident } from "./decide-incident.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentCommand } from "./incident-command.js";
import type { IncidentEvent } from "./incident-event.js";
import { isOpenStatus } from "./incident-lifecycle.js";
import { incidentTimeline } from "./incident-timeline.js";
import { incidentId, incidentStream, type IncidentState } from "./incident.js";
import { decideIntake, intakeCommand } from "./intake.js";
import { decideRegister, evolveRegister, type KeyRegister } from "./key-register.js";
import { replayIncident } from "./parse-incident-event.js";
import { renderPostmortem } from "./postmortem.js";

const alertTypes = [
  "alert.fired",
  "alert.escalated",
  "alert.eased",
  "alert.resolved",
  "alert.frozen",
  "alert.thawed",
  "alert.suppressed",
  "alert.unsuppressed",
] as const;

/** One thing that happens in the world: an alert of some key changes, or a person or a timer does something. */
type Happening =
  | {
      readonly kind: "alert";
      readonly type: AlertEvent["type"];
      readonly key: string;
      readonly firing: number;
      readonly minute: number;
    }
  | { readonly kind: "command"; readonly command: IncidentCommand; readonly target: number };

const minute = fc.integer({ min: 0, max: 3000 });
const asked = {
  atMs: minute.map((at) => START_MS + at * MINUTE_MS),
  actor: fc.constantFrom("ada", "grace", "engine"),
  causeId: fc.constant("x"),
};
const person = fc.oneof(
  fc.record({ type: fc.constant("acknowledge" as const), ...asked }),
  fc.record({ type: fc.constant("note" as const), ...asked, text: fc.constantFrom("Looking", "Rolled back") }),
  fc.record({ type: fc.constant("resolve" as const), ...asked, reason: fc.constant("fixed") }),
  fc.record({ type: fc.constant("reopen" as const), ...asked, reason: fc.constant("again") }),
  fc.record({ type: fc.constant("close" as const), ...asked, how: fc.constant("person" as const) }),
  fc.record({
    type: fc.constant("close" as const),
    ...asked,
    how: fc.constant("auto" as const),
    ttlMs: fc.constantFrom(0, MINUTE_MS),
  }),
  fc.record({
    type: fc.constant("change-severity" as const),
    ...asked,
    severity: fc.constantFrom("SEV1" as const, "SEV4" as const),
    reason: fc.constant("seen"),
  }),
  fc.record({ type: fc.constant("unacknowledge" as const), ...asked, reason: fc.constant("gone") }),
  fc.record({ type: fc.constant("start-mitigation" as const), ...asked, text: fc.constant("rolling back") }),
  fc.record({ type: fc.constant("confirm-mitigation" as const), ...asked, text: fc.constant("rolled back") }),
  fc.record({
    type: fc.constant("assign-role" as const),
    ...asked,
    role: fc.constantFrom("commander" as const, "responder" as const),
    person: fc.constantFrom("ada", "grace"),
  }),
  fc.record({
    type: fc.constant("hand-over" as const),
    ...asked,
    role: fc.constantFrom("commander" as const, "responder" as const),
    to: fc.constantFrom("ada", "grace"),
    handedOver: fc.constant("the rollback"),
  }),
  fc.record({
    type: fc.constant("release-role" as const),
    ...asked,
    role: fc.constant("responder" as const),
    person: fc.constantFrom("ada", "grace"),
    reason: fc.constant("tired"),
  }),
  fc.record({
    type: fc.constant("update-status" as const),
    ...asked,
    audience: fc.constantFrom("stakeholders" as const, "responders" as const),
    text: fc.constant("we know"),
  }),
  fc.record({
    type: fc.constant("escalate" as const),
    ...asked,
    step: fc.constant(1),
    to: fc.constant(["grace"]),
    channel: fc.constant("phone"),
    reason: fc.constant("a page"),
  }),
  fc.record({
    type: fc.constant("attach-evidence" as const),
    ...asked,
    evidence: fc.constantFrom([evidenceNamed("a")], [evidenceNamed("b")]),
  }),
);
const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("alert" as const),
      type: fc.constantFrom(...alertTypes),
      key: fc.constantFrom("payments/burn", "search/burn"),
      firing: fc.integer({ min: 1, max: 4 }),
      minute,
    }),
    fc.record({ kind: fc.constant("command" as const), command: person, target: fc.nat({ max: 5 }) }),
  ),
  { maxLength: 40 },
);

/** The world as serial intake makes it. */
type World = {
  readonly incidents: Map<string, { state: IncidentState; events: IncidentEvent[] }>;
  readonly registers: Map<string, KeyRegister>;
};

function apply(world: World, id: string, command: IncidentCommand): readonly IncidentEvent[] {
  const before = world.incidents.get(id);
  const decided = decideIncident(before?.state, command);
  if (!decided.ok || decided.value.length === 0) return [];
  const state = decided.value.reduce<IncidentState | undefined>(
    (now, event) => evolveIncident(now, event),
    before?.state,
  );
  if (state === undefined) throw new Error("events make an incident");
  const key = state.alert?.key ?? "";
  const register = decideRegister(world.registers.get(key), state, decided.value);
  if (!register.ok) return [];
  for (const event of register.value) world.registers.set(key, evolveRegister(world.registers.get(key), event));
  world.incidents.set(id, { state, events: [...(before?.events ?? []), ...decided.value] });
  return decided.value;
}

function happen(world: World, happening: Happening, causeId: string): readonly IncidentEvent[] {
  if (happening.kind === "command") {
    const id = [...world.incidents.keys()][happening.target % Math.max(1, world.incidents.size)];
    return id === undefined ? [] : apply(world, id, { ...happening.command, causeId });
  }
  const { type, key, firing } = happening;
  const atMs = START_MS + happening.minute * MINUTE_MS;
  const alert = alertAt(type, atMs, { key, alertId: `${key}@${firing}`, tier: firing % 2 === 0 ? "page" : "ticket" });
  const decision = decideIntake(world.registers.get(key), alert);
  const newIncidentId = incidentId(world.incidents.size + 1);
  const command = intakeCommand(decision, alert, { newIncidentId, atMs, causeId });
  if (command === undefined) return [];
  const target = decision.kind === "update" || decision.kind === "reopen" ? decision.incidentId : newIncidentId;
  return apply(world, target, command);
}

function run(
  schedule: readonly Happening[],
  after?: (world: World, causeId: string, happening: Happening) => void,
): World {
  const world: World = { incidents: new Map(), registers: new Map() };
  for (const [index, happening] of schedule.entries()) {
    happen(world, happening, `cause-${index}`);
    after?.(world, `cause-${index}`, happening);
  }
  return world;
}

function openFor(world: World, key: string): number {
  return [...world.incidents.values()].filter(({ state }) => state.alert?.key === key && isOpenStatus(state.status))
    .length;
}

describe("whatever happens, in whatever order", () => {
  it("at most one incident is open per key, and the register says which", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        run(schedule, (world) => {
          for (const key of ["payments/burn", "search/burn"]) {
            const open = openFor(world, key);
            expect(open).toBeLessThanOrEqual(1);
            expect(world.registers.get(key)?.status === "open").toBe(open === 1);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it("the same cause a second time changes nothing", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        run(schedule, (world, causeId, happening) => {
          const before = JSON.stringify([...world.incidents]);
          expect(happen(world, happening, causeId)).toEqual([]);
          expect(JSON.stringify([...world.incidents])).toBe(before);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("a firing alert is never swallowed: an incident is open for it afterwards, unless its event is a late one", () => {
    fc.assert(
      fc.property(happenings, fc.constantFrom("payments/burn", "search/burn"), (schedule, key) => {
        const world = run(schedule);
        happen(world, { kind: "alert", type: "alert.fired", key, firing: 99, minute: 3001 }, "the-last");
        expect(openFor(world, key)).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it("one key's incidents are what they would be without the other's", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        const alerts = schedule.filter((one) => one.kind === "alert");
        const shape = (world: World) =>
          [...world.incidents.values()]
            .filter(({ state }) => state.alert?.key === "payments/burn")
            .map(({ events }) => events.map((event) => [event.type, event.atMs]));
        const alone = alerts.filter((one) => one.key === "payments/burn");
        expect(shape(run(alerts))).toEqual(shape(run(alone)));
      }),
      { numRuns: 200 },
    );
  });

  it("time never runs backwards, and the timeline and the version are the events", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        for (const { state, events } of run(schedule).incidents.values()) {
          const times = incidentTimeline(events).map((entry) => entry.atMs);
          expect(times).toEqual(times.toSorted((one, other) => one - other));
          expect(state.version).toBe(events.length);
          expect(state.lastAtMs).toBe(times.at(-1));
          expect(state.detectedAtMs).toBeLessThanOrEqual(state.declaredAtMs);
          for (const round of state.rounds) {
            expect(round.acknowledgedAtMs ?? round.openedAtMs).toBeGreaterThanOrEqual(round.openedAtMs);
            expect(round.resolvedAtMs ?? Infinity).toBeGreaterThanOrEqual(round.acknowledgedAtMs ?? round.openedAtMs);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("nothing that burns or is frozen closes by itself", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        for (const { state } of run(schedule).incidents.values()) {
          const { closable } = closableAt(state, Number.MAX_SAFE_INTEGER);
          expect(closable).toBe(state.status === "resolved" && state.alert?.status === "resolved");
        }
      }),
      { numRuns: 200 },
    );
  });

  it("closed is final: no event follows", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        for (const { events } of run(schedule).incidents.values()) {
          const closed = events.findIndex((event) => event.type === "incident.closed");
          expect(closed === -1 || closed === events.length - 1).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("an incident is the same when it is read back from JSON, and so is its postmortem", () => {
    fc.assert(
      fc.property(happenings, (schedule) => {
        for (const { state, events } of run(schedule).incidents.values()) {
          const replayed = replayIncident(
            events.map(({ type, atMs, actor, data }, index) => {
              const stored = JSON.parse(JSON.stringify(data)) as Json;
              return { stream: incidentStream(state.id), version: index + 1, type, atMs, actor, data: stored };
            }),
          );
          expect(replayed).toEqual({ ok: true, value: { state, events } });
          if (!replayed.ok || replayed.value === undefined) throw new Error("it was just compared");
          const options = { atMs: state.lastAtMs, share: shareOf(1) };
          expect(renderPostmortem(replayed.value.state, replayed.value.events, options)).toBe(
            renderPostmortem(state, events, options),
          );
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** Alerts of one key as the engine gives them: one firing after another, time going on, each resolved before the next. */
function alertStream(key: string): fc.Arbitrary<readonly Happening[]> {
  const during = fc.constantFrom("alert.escalated", "alert.eased", "alert.frozen", "alert.thawed" as const);
  return fc.array(fc.array(during, { maxLength: 4 }), { minLength: 1, maxLength: 4 }).map((firings) => {
    let minute = 0;
    return firings.flatMap((changes, firing) =>
      (["alert.fired", ...changes, "alert.resolved"] as AlertEvent["type"][]).map((type): Happening => {
        minute += 7;
        return { kind: "alert", type, key, firing, minute };
      }),
    );
  });
}

describe("an alert event that is delivered again, at any time later", () => {
  it("changes nothing, whatever people and other alerts did meanwhile", () => {
    const command = fc.record({ kind: fc.constant("command" as const), command: person, target: fc.nat({ max: 3 }) });
    const steps = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constant("next" as const) },
        { weight: 3, arbitrary: command },
        { weight: 3, arbitrary: fc.record({ kind: fc.constant("again" as const), which: fc.nat({ max: 30 }) }) },
      ),
      { minLength: 15, maxLength: 60 },
    );
    let repeated = 0;
    fc.assert(
      fc.property(alertStream("payments/burn"), steps, (alerts, schedule) => {
        const world: World = { incidents: new Map(), registers: new Map() };
        let delivered = 0;
        for (const [index, step] of schedule.entries()) {
          if (step === "next") {
            const alert = alerts[delivered];
            if (alert !== undefined) happen(world, alert, `alert-${delivered++}`);
          } else if (step.kind === "command") {
            happen(world, step, `command-${index}`);
          } else if (delivered > 0) {
            const which = step.which % delivered;
            const copy = alerts[which];
            if (copy === undefined) throw new Error("it was delivered");
            const before = JSON.stringify([...world.incidents, ...world.registers]);
            expect(happen(world, copy, `alert-${which}`)).toEqual([]);
            expect(JSON.stringify([...world.incidents, ...world.registers])).toBe(before);
            repeated += 1;
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(repeated).toBeGreaterThan(500);
  });
});

describe("an alert that burns", () => {
  it("keeps its evaluation as the latest", () => {
    const world: World = { incidents: new Map(), registers: new Map() };
    happen(world, { kind: "alert", type: "alert.fired", key: "payments/burn", firing: 1, minute: 0 }, "1");
    happen(world, { kind: "alert", type: "alert.escalated", key: "payments/burn", firing: 1, minute: 5 }, "2");
    expect(world.incidents.get("INC-001")?.state.latestEvaluation).toEqual(evaluationAt(START_MS + 5 * MINUTE_MS));
  });
});
