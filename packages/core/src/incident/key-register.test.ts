import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, factsAt, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import { externalAt } from "./external/external.fixture.js";
import type { IncidentCommand } from "./incident-command.js";
import {
  decideRegister,
  decideRegisters,
  evolveRegister,
  incidentKeyStream,
  movedKeys,
  type KeyRegister,
  type KeyRegisterEvent,
} from "./key-register.js";

const { key, alertId } = factsAt(START_MS);
const asked = { atMs: START_MS + MINUTE_MS, actor: "ada" } as const;

function event(type: KeyRegisterEvent["type"], incidentId: string, atMs = START_MS): KeyRegisterEvent {
  return { type, atMs, actor: "engine", data: { key, incidentId, alertId, alertAtMs: START_MS, causeId: "c" } };
}

const owner = (incidentId: string) => ({ key, incidentId, alertId, alertAtMs: START_MS });

describe("a key's register", () => {
  it("has a stream of its own", () => {
    expect(incidentKeyStream(key)).toBe("incident-key/payments-availability/burn");
  });

  it("follows its incident from open to released to closed, and keeps when it was released", () => {
    const opened = evolveRegister(undefined, event("incident-key.opened", "INC-001"));
    expect(opened).toEqual({ ...owner("INC-001"), status: "open" });
    const released = evolveRegister(opened, event("incident-key.released", "INC-001", START_MS + 5));
    expect(released).toEqual({ ...owner("INC-001"), status: "released", releasedAtMs: START_MS + 5 });
    expect(evolveRegister(released, event("incident-key.reopened", "INC-001", START_MS + 6))).toEqual(opened);
    const closed = evolveRegister(released, event("incident-key.closed", "INC-001", START_MS + 9));
    expect(closed).toEqual({ ...owner("INC-001"), status: "closed", releasedAtMs: START_MS + 5 });
  });

  it("is total: whatever comes first makes an entry", () => {
    expect(evolveRegister(undefined, event("incident-key.released", "INC-001", 7))).toMatchObject({
      status: "released",
      releasedAtMs: 7,
    });
    expect(evolveRegister(undefined, event("incident-key.closed", "INC-001", 7))).toMatchObject({
      status: "closed",
      releasedAtMs: 7,
    });
    const open = evolveRegister(undefined, event("incident-key.opened", "INC-001"));
    expect(evolveRegister(open, event("incident-key.closed", "INC-001", 7))).toMatchObject({
      status: "closed",
      releasedAtMs: 7,
    });
  });

  it("ignores an incident that has lost the key, and gives it to one that opens", () => {
    const second = evolveRegister(undefined, event("incident-key.opened", "INC-002"));
    expect(evolveRegister(second, event("incident-key.released", "INC-001", 9))).toBe(second);
    expect(evolveRegister(second, event("incident-key.closed", "INC-001", 9))).toBe(second);
    expect(evolveRegister(second, event("incident-key.opened", "INC-003"))).toMatchObject({ incidentId: "INC-003" });
  });
});

describe("what an incident's events mean for its key", () => {
  const life: readonly IncidentCommand[] = [
    declareFromAlert(),
    { type: "note", ...asked, causeId: "note", text: "Looking" },
    { type: "update-alert", ...asked, causeId: "over", alert: alertAt("alert.resolved", START_MS + MINUTE_MS) },
    { type: "reopen", ...asked, causeId: "again", reason: "it fails again" },
    { type: "acknowledge", ...asked, causeId: "ack" },
    { type: "resolve", ...asked, causeId: "fixed", reason: "fixed" },
    { type: "close", ...asked, causeId: "close", how: "person" },
  ];
  const { state, events } = incidentAfter(...life);

  it("is opened, released, reopened and closed, and nothing for the rest", () => {
    const decided = decideRegister(undefined, state, events);
    const at = START_MS + MINUTE_MS;
    const data = (causeId: string) => ({ key, incidentId: "INC-001", alertId, alertAtMs: at, causeId });
    expect(decided).toEqual({
      ok: true,
      value: [
        { type: "incident-key.opened", atMs: START_MS, actor: "engine", data: data("alert-event-1") },
        { type: "incident-key.released", atMs: at, actor: "ada", data: data("over") },
        { type: "incident-key.reopened", atMs: at, actor: "ada", data: data("again") },
        { type: "incident-key.released", atMs: at, actor: "ada", data: data("fixed") },
        { type: "incident-key.closed", atMs: at, actor: "ada", data: data("close") },
      ],
    });
  });

  it("is refused when another incident that is open has the key", () => {
    const taken: KeyRegister = { ...owner("INC-002"), status: "open" };
    const reopened = events.filter((one) => one.type === "incident.reopened");
    const refused = {
      ok: false,
      error: {
        code: "key-taken",
        key,
        incidentId: "INC-001",
        takenBy: "INC-002",
        message:
          "INC-001 cannot take the key payments-availability/burn: INC-002 is open for it. Work in INC-002, or resolve it first.",
      },
    };
    expect(decideRegister(taken, state, reopened)).toEqual(refused);
    expect(decideRegister(taken, state, events.slice(0, 1))).toEqual(refused);
  });

  it("takes the key back when the other one has let it go", () => {
    const free: KeyRegister = { ...owner("INC-002"), status: "released", releasedAtMs: START_MS };
    const reopened = events.filter((one) => one.type === "incident.reopened");
    expect(decideRegister(free, state, reopened)).toMatchObject({
      ok: true,
      value: [{ type: "incident-key.reopened" }],
    });
  });

  it("is nothing when an incident that has lost the key resolves or closes", () => {
    const taken: KeyRegister = { ...owner("INC-002"), status: "open" };
    const ends = events.filter((one) => one.type === "incident.resolved" || one.type === "incident.closed");
    expect(decideRegister(taken, state, ends)).toEqual({ ok: true, value: [] });
  });

  it("is nothing for an incident without an alert", () => {
    const origin = { kind: "person", title: "Slow", severity: "SEV3", service: "payments" } as const;
    const person = incidentAfter({ type: "declare", ...asked, causeId: "1", incidentId: "INC-002", origin });
    expect(decideRegister(undefined, person.state, person.events)).toEqual({ ok: true, value: [] });
  });
});

describe("the key of a group of alerts", () => {
  const group = { id: "g1", labels: { job: "web" } };
  const instance = (name: string, changes: Parameters<typeof externalAt>[1] = {}) =>
    externalAt(START_MS, { key: `prometheus/${name}`, ...changes });
  const declare: IncidentCommand = {
    type: "declare",
    ...asked,
    causeId: "1",
    incidentId: "INC-001",
    origin: { kind: "external", external: instance("a"), group },
  };
  const join = (name: string): IncidentCommand => ({
    type: "update-external",
    ...asked,
    causeId: `join ${name}`,
    external: instance(name),
    group,
  });
  const words = (
    last: number,
    registerOf: (key: string) => KeyRegister | undefined,
    commands: readonly IncidentCommand[],
    trigger = {},
  ) => {
    const { events, state } = incidentAfter(...commands);
    const decided = decideRegisters(registerOf, { state, events: events.slice(-last), ...trigger });
    return decided.ok ? decided.value.map(({ data, type }) => `${type} ${data.key}`) : decided.error.code;
  };
  const entry =
    (incidentId: string, status: "open" | "released") =>
    (of: string): KeyRegister => {
      const held = { key: of, incidentId, alertId: of, alertAtMs: START_MS };
      return status === "open" ? { ...held, status } : { ...held, status, releasedAtMs: START_MS };
    };
  const nobody = () => undefined;
  const [a, b, g] = ["external/prometheus/a", "external/prometheus/b", "alert-group/g1"];

  it("is opened beside that of the alert, and the key of one that joins alone", () => {
    expect(words(1, nobody, [declare])).toEqual([`incident-key.opened ${a}`, `incident-key.opened ${g}`]);
    expect(words(1, entry("INC-001", "open"), [declare])).toEqual([
      `incident-key.opened ${a}`,
      `incident-key.opened ${g}`,
    ]);
    const of = (key: string) => (key === b ? undefined : entry("INC-001", "open")(key));
    expect(words(1, of, [declare, join("b")])).toEqual([`incident-key.opened ${b}`]);
    // Of "c" the register says already that it is here.
    expect(words(1, of, [declare, join("b"), join("c")])).toEqual([]);
    expect(words(1, entry("INC-002", "open"), [declare, join("b")])).toBe("key-taken");
    expect(words(1, entry("INC-002", "released"), [declare, join("b")])).toEqual([`incident-key.opened ${b}`]);
  });

  it("is released and closed with the incident, as are the keys of all that joined", () => {
    const over = (name: string): IncidentCommand => ({
      type: "update-external",
      ...asked,
      causeId: `over ${name}`,
      external: instance(name, { status: "resolved", endsAtMs: START_MS + MINUTE_MS }),
    });
    const held = entry("INC-001", "open");
    expect(words(1, held, [declare, join("b"), over("a")])).toEqual([]);
    expect(words(1, held, [declare, join("b"), over("a"), over("b")])).toEqual([
      `incident-key.released ${a}`,
      `incident-key.released ${b}`,
      `incident-key.released ${g}`,
    ]);
  });

  it("is taken once by what reopens the incident with another alert, unless it is elsewhere", () => {
    const over: IncidentCommand = {
      type: "update-external",
      ...asked,
      causeId: "over",
      external: instance("a", { status: "resolved", endsAtMs: START_MS + MINUTE_MS }),
    };
    const again: IncidentCommand = {
      type: "reopen",
      ...asked,
      causeId: "2",
      reason: "x",
      external: instance("b"),
      group,
    };
    const of = (key: string) => (key === b ? undefined : entry("INC-001", "released")(key));
    expect(words(2, of, [declare, over, again], { trigger: b })).toEqual([
      `incident-key.reopened ${a}`,
      `incident-key.reopened ${b}`,
      `incident-key.reopened ${g}`,
    ]);
    const lost = (key: string) => (key === g ? entry("INC-002", "open")(key) : of(key));
    expect(words(2, lost, [declare, over, again], { trigger: b })).toEqual([
      `incident-key.reopened ${a}`,
      `incident-key.reopened ${b}`,
    ]);
    expect(words(2, lost, [declare, over, again])).toBe("key-taken");
  });

  it("moves with a merge from the incident that has it", () => {
    const merge: IncidentCommand = {
      type: "absorb",
      ...asked,
      causeId: "merge",
      from: "INC-002",
      reason: "the same",
      alerts: [],
      groups: [{ id: "g2", labels: {} }],
    };
    const of = (incidentId: string) => (key: string) =>
      key === "alert-group/g2" ? entry(incidentId, "open")(key) : undefined;
    expect(words(1, of("INC-002"), [declare, merge])).toEqual(["incident-key.moved alert-group/g2"]);
    expect(words(1, of("INC-003"), [declare, merge])).toEqual([]);
  });
});

describe("keys that come with a merge", () => {
  const search = {
    key: "search/burn",
    alertId: "search/burn@1",
    from: "INC-002",
    status: "firing",
    frozen: false,
    changedAtMs: START_MS + 7,
    explanation: "search burns",
  } as const;
  const absorb: IncidentCommand = {
    type: "absorb",
    ...asked,
    causeId: "merge",
    from: "INC-002",
    reason: "the same",
    alerts: [search],
  };
  const heldBy = (incidentId: string, status: "open" | "closed" = "open"): KeyRegister => {
    const held = { key: "search/burn", incidentId, alertId: "search/burn@1", alertAtMs: START_MS };
    return status === "open" ? { ...held, status } : { ...held, status, releasedAtMs: START_MS };
  };
  const moved = {
    type: "incident-key.moved",
    ...asked,
    data: {
      key: "search/burn",
      incidentId: "INC-001",
      alertId: "search/burn@1",
      alertAtMs: START_MS + 7,
      causeId: "merge",
    },
  };
  const after = (...commands: readonly IncidentCommand[]) => incidentAfter(declareFromAlert(), absorb, ...commands);
  const decide = (last: number, registers: readonly KeyRegister[], ...commands: readonly IncidentCommand[]) => {
    const { state, events } = after(...commands);
    const registerOf = (asked: string) => registers.find((entry) => entry.key === asked);
    return decideRegisters(registerOf, { state, events: events.slice(-last) });
  };

  it("move from the incident that has them, whatever it made of them, and from no other", () => {
    expect(decide(1, [heldBy("INC-002")])).toEqual({ ok: true, value: [moved] });
    expect(decide(1, [heldBy("INC-002", "closed")])).toEqual({ ok: true, value: [moved] });
    expect(decide(1, [heldBy("INC-003")])).toEqual({ ok: true, value: [] });
    expect(decide(1, [])).toEqual({ ok: true, value: [] });
    const event = after().events[1];
    if (event?.type !== "incident.absorbed") throw new Error("it absorbed");
    expect(movedKeys(() => heldBy("INC-002"), "INC-001", event)).toEqual([moved]);
    expect(movedKeys(() => heldBy("INC-003"), "INC-001", event)).toEqual([]);
    expect(movedKeys(() => undefined, "INC-001", event)).toEqual([]);
    expect(evolveRegister(heldBy("INC-002", "closed"), moved as KeyRegisterEvent)).toEqual({
      ...heldBy("INC-001"),
      alertAtMs: START_MS + 7,
    });
  });

  it("are not opened by a declaration, and another merge moves its own only", () => {
    const cart = { ...search, key: "cart/burn", alertId: "cart/burn@1" };
    const second: IncidentCommand = { ...absorb, causeId: "second", alerts: [cart] };
    const own = { key, alertId: "a", incidentId: "INC-001", alertAtMs: START_MS, status: "open" } as const;
    const found = decide(1, [own, heldBy("INC-002"), { ...heldBy("INC-002"), key: "cart/burn" }], second);
    expect(found).toMatchObject({ ok: true, value: [{ type: "incident-key.moved", data: { key: "cart/burn" } }] });
    expect(found.ok && found.value).toHaveLength(1);
    const all = decide(3, [heldBy("INC-002"), { ...heldBy("INC-002"), key: "cart/burn" }], second);
    expect(all.ok && all.value.map(({ data, type }) => `${type} ${data.key}`)).toEqual([
      `incident-key.opened ${key}`,
      "incident-key.moved search/burn",
      "incident-key.moved cart/burn",
    ]);
  });
});
