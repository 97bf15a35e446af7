import { describe, expect, it } from "vitest";
import { START_MS } from "./escalation.fixture.js";
import { callPerson, callTargets, type EscalationDirectory } from "./resolve-targets.js";

const TEAM = { kind: "team", teamId: "core", members: "in-turn" } as const;
const page = { atMs: START_MS, urgency: "page", severity: "SEV2" } as const;
const once = [{ notifier: "sms", afterMs: 0 }];

function directory(
  more: Partial<EscalationDirectory> & { readonly unreachable?: readonly string[] } = {},
): EscalationDirectory {
  const { unreachable = [], ...rest } = more;
  return {
    resolve: (target) => {
      if (target.kind === "person") return [target.personId];
      return target.kind === "team" ? ["ada", "bob", "eve"] : ["ada", "ada"];
    },
    person: (id) => ({ id, contacts: unreachable.includes(id) ? [] : [{ notifier: "sms" }] }),
    turnsOf: () => 0,
    ...rest,
  };
}
const names = (called: ReturnType<typeof callTargets>) => called.people.map(({ personId }) => personId);

describe("whom targets come to", () => {
  it("is each person once, in order, with how they are reached", () => {
    const targets = [
      { kind: "schedule", scheduleId: "primary" },
      { kind: "person", personId: "lead" },
      { kind: "team", teamId: "core", members: "all" },
    ] as const;
    const called = callTargets(targets, directory(), page);
    expect(names(called)).toEqual(["ada", "lead", "bob", "eve"]);
    expect(called.people[0]).toEqual({ personId: "ada", sends: once });
    expect(called.turns).toEqual([]);
  });

  it("is asked for at the instant of the step", () => {
    const asked: number[] = [];
    const resolve = (_target: unknown, atMs: number) => {
      asked.push(atMs);
      return [];
    };
    expect(callTargets([TEAM], directory({ resolve }), page)).toEqual({ people: [], turns: [] });
    expect(asked).toEqual([START_MS]);
  });

  it("is a team's next member in turn, and that takes the turn", () => {
    const inTurn = [0, 1, 2, 3, 4].map((turn) => {
      const called = callTargets([TEAM], directory({ turnsOf: (id) => (id === "core" ? turn : 99) }), page);
      expect(called.turns).toEqual(["core"]);
      return names(called);
    });
    expect(inTurn).toEqual([["ada"], ["bob"], ["eve"], ["ada"], ["bob"]]);
  });

  it("passes over members in turn who cannot be reached, unless nobody can", () => {
    const called = (turn: number, unreachable: readonly string[]) =>
      names(callTargets([TEAM], directory({ turnsOf: () => turn, unreachable }), page));
    expect(called(1, ["bob"])).toEqual(["eve"]);
    expect(called(1, ["bob", "eve"])).toEqual(["ada"]);
    expect(called(1, ["ada", "bob", "eve"])).toEqual(["bob"]);
  });

  it("names whoever cannot be reached, known or not", () => {
    expect(callPerson("bob", directory({ unreachable: ["bob"] }), page)).toEqual({ personId: "bob", sends: [] });
    expect(callPerson("who", directory({ person: () => undefined }), page)).toEqual({ personId: "who", sends: [] });
  });

  it("is nobody of a target that cannot be resolved, and the others all the same", () => {
    const resolve: EscalationDirectory["resolve"] = (target) => {
      if (target.kind === "schedule") throw new RangeError("there is no time zone Mars/Olympus");
      return ["lead"];
    };
    const targets = [
      { kind: "schedule", scheduleId: "primary" },
      { kind: "person", personId: "lead" },
    ] as const;
    expect(names(callTargets(targets, directory({ resolve }), page))).toEqual(["lead"]);
  });

  it("is reached without their rules where those cannot be read", () => {
    const rules = [{ urgency: "page", notifier: "push", afterMs: 60_000, within: { zone: "Mars/Olympus" } }] as const;
    const person = (id: string) => ({ id, contacts: [{ notifier: "push" }, { notifier: "sms" }], rules });
    expect(callPerson("ada", { person }, page).sends).toEqual([
      { notifier: "push", afterMs: 0 },
      { notifier: "sms", afterMs: 0 },
    ]);
  });
});
