import { describe, expect, it } from "vitest";
import type { EscalationEvent } from "../on-call/escalation/escalation-event.js";
import type { EscalationPolicy } from "../on-call/escalation/escalation-policy.js";
import type { OnCallSchedule, Override } from "../on-call/schedule/schedule.js";
import { caseOnCall } from "./case-on-call.js";

const rotation = (...participants: readonly string[]) =>
  ({ every: "weekly", start: "2026-11-02", handOff: "09:00", zone: "UTC", participants }) as const;
const schedule = (id: string, changes: Partial<OnCallSchedule> = {}): OnCallSchedule => ({
  id,
  name: `Schedule ${id}`,
  layers: [{ id: "l", rotation: rotation("ann", "bob") }],
  ...changes,
});
const member = (id: string) => ({
  id,
  name: `Name of ${id}`,
  zone: "UTC",
  contacts: [
    { notifier: "phone", address: `+49 ${id}` },
    { notifier: "mail", address: `${id}@example.org` },
  ],
});
const rules = [{ urgency: "page", notifier: "phone", afterMs: 1 }] as const;
const policy: EscalationPolicy = {
  id: "p",
  steps: [{ targets: [{ kind: "schedule", scheduleId: "s" }], delayMs: 1 }],
  repeat: 0,
  fallback: [{ kind: "person", personId: "cy" }],
};
const started = (own: EscalationPolicy = policy): EscalationEvent => ({
  type: "escalation.started",
  atMs: 100,
  actor: "engine",
  data: { incidentId: "INC-001", round: 1, service: "x", severity: "SEV1", policy: own, causeId: "c" },
});
const fired = (turns: readonly string[], ...people: readonly string[]): EscalationEvent => ({
  type: "escalation.step-fired",
  atMs: 101,
  actor: "engine",
  data: { page: "1/1/1", pass: 1, step: 0, turns, people: people.map((personId) => ({ personId, sends: [] })) },
});
const desk = (changes: object = {}) => ({
  people: [...["ann", "bob", "cy", "dan", "eve", "fay"].map(member), { ...member("gus"), rules }],
  teams: [
    { id: "t", name: "T", members: ["dan", "eve", "fay"] },
    { id: "u", name: "U", members: ["gus"] },
  ],
  schedules: () => [schedule("s"), schedule("other", { layers: [{ id: "l", rotation: rotation("gus") }] })],
  ...changes,
});
const time = { fromMs: 100, toMs: 200 };

describe("who could be called, as a case holds it", () => {
  it("is nobody where nobody was called", () => {
    expect(caseOnCall(desk(), [], time)).toBeUndefined();
    expect(caseOnCall(desk(), [fired([], "ann")], time)).toBeUndefined();
  });

  it("is by the policy of then, with the schedules that it asks and their people, by their ids and channels alone", () => {
    const later: EscalationPolicy = { ...policy, id: "later" };
    const found = caseOnCall(desk(), [started(), started(later)], time);
    const channels = [{ notifier: "phone" }, { notifier: "mail" }];
    expect(found).toEqual({
      policy,
      schedules: [{ ...schedule("s"), temporary: [], overrides: [] }],
      teams: [],
      people: ["ann", "bob", "cy"].map((id) => ({ id, zone: "UTC", contacts: channels })),
    });
  });

  it("has those that a notice is for, and whoever answered, with the rules of their own", () => {
    const told = { ...policy, stakeholders: [{ targets: [{ kind: "person", personId: "eve" }], afterMs: 1 }] } as const;
    const acknowledged = { type: "escalation.acknowledged", atMs: 5, actor: "gus", data: { causeId: "c" } } as const;
    const found = caseOnCall(desk(), [started(told), acknowledged], time);
    expect(found?.people.map(({ id }) => id)).toEqual(["ann", "bob", "cy", "eve", "gus"]);
    expect(found?.people.at(-1)).toMatchObject({ id: "gus", rules });
  });

  it("has the team beginning with whose turn it was", () => {
    const step = { targets: [{ kind: "team", teamId: "t", members: "in-turn" }], delayMs: 1 } as const;
    const turned = { ...policy, steps: [step] };
    const membersAfter = (...events: readonly EscalationEvent[]) =>
      caseOnCall(desk(), [started(turned), ...events], time)?.teams;
    expect(membersAfter(fired([], "eve"))).toEqual([{ id: "t", members: ["dan", "eve", "fay"] }]);
    expect(membersAfter(fired([], "fay"), fired(["t"], "ann", "eve"), fired(["t"], "fay"))).toEqual([
      { id: "t", members: ["eve", "fay", "dan"] },
    ]);
    expect(membersAfter(fired(["t"], "ann"))).toEqual([{ id: "t", members: ["dan", "eve", "fay"] }]);
    expect(caseOnCall(desk(), [started(turned)], time)?.people.map(({ id }) => id)).toEqual([
      "cy",
      "dan",
      "eve",
      "fay",
    ]);
  });

  it("has what changed a schedule in the case's time, without who said so and why", () => {
    const said = { author: "ann", reason: "holiday" };
    const override = (id: string, fromMs: number, toMs: number): Override => ({
      id,
      fromMs,
      toMs,
      kind: "replace",
      personId: "ann",
      withPersonId: "dan",
      ...said,
    });
    const shifts = [{ personId: "fay", fromMs: 1, toMs: 2 }];
    const changed = schedule("s", {
      temporary: [
        { id: "now", fromMs: 0, toMs: 101, shifts },
        { id: "before", fromMs: 0, toMs: 100, shifts },
      ],
      overrides: [
        override("before", 0, 100),
        override("last", 200, 300),
        override("after", 201, 300),
        { id: "add", fromMs: 0, toMs: 900, kind: "add", personId: "eve" },
      ],
    });
    const found = caseOnCall(desk({ schedules: () => [changed] }), [started()], time);
    expect(found?.schedules[0]?.temporary?.map(({ id }) => id)).toEqual(["now"]);
    expect(found?.schedules[0]?.overrides).toEqual([
      { id: "last", fromMs: 200, toMs: 300, kind: "replace", personId: "ann", withPersonId: "dan" },
      { id: "add", fromMs: 0, toMs: 900, kind: "add", personId: "eve" },
    ]);
    expect(found?.people.map(({ id }) => id)).toEqual(["ann", "bob", "cy", "dan", "eve", "fay"]);
  });
});
