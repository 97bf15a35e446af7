import { describe, expect, it } from "vitest";
import { declareFromAlert, HOUR_MS, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { decideIncident } from "../decide-incident.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentTimeline } from "../incident-timeline.js";
import { holdersOf, isSingleRole, INCIDENT_ROLES, roleHolders, type IncidentRole } from "./role.js";
import { AUDIENCES, isStakeholderAudience } from "./status-update.js";
import { isSameBreach, type TargetBreach } from "./target-breach.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
let causes = 0;
const asked = (minutes: number) => ({ atMs: at(minutes), actor: "ada", causeId: `c-${(causes += 1)}` });
const assign = (minutes: number, role: IncidentRole, person: string): IncidentCommand => ({
  type: "assign-role",
  ...asked(minutes),
  role,
  person,
});
const handOver = (minutes: number, rest: { role: IncidentRole; to: string; from?: string }): IncidentCommand => ({
  type: "hand-over",
  ...asked(minutes),
  handedOver: "rollback at 60 %",
  ...rest,
});
const release = (minutes: number, role: IncidentRole, person: string): IncidentCommand => ({
  type: "release-role",
  ...asked(minutes),
  role,
  person,
  reason: "off to bed",
});
const refusal = (command: IncidentCommand, ...before: readonly IncidentCommand[]) => {
  const decided = decideIncident(incidentAfter(declareFromAlert(), ...before).state, command);
  return decided.ok ? decided.value : decided.error;
};
const lastWords = (...commands: readonly IncidentCommand[]) =>
  incidentTimeline(incidentAfter(declareFromAlert(), ...commands).events).at(-1)?.text;

describe("roles", () => {
  it("are one person's, but for responders", () => {
    expect(INCIDENT_ROLES.map((role) => [role, isSingleRole(role)])).toEqual([
      ["commander", true],
      ["communications", true],
      ["scribe", true],
      ["responder", false],
    ]);
    const { state } = incidentAfter(
      declareFromAlert(),
      assign(1, "commander", "ada"),
      assign(2, "responder", "bob"),
      assign(3, "responder", "ada"),
      assign(4, "responder", "bob"),
    );
    expect(state.duties).toEqual([
      { role: "commander", person: "ada", fromMs: at(1) },
      { role: "responder", person: "bob", fromMs: at(2) },
      { role: "responder", person: "ada", fromMs: at(3) },
    ]);
    expect(holdersOf(state.duties, "responder")).toEqual(["bob", "ada"]);
    expect(holdersOf(state.duties, "scribe")).toEqual([]);
    expect(lastWords(assign(1, "scribe", "eve"))).toBe("eve is scribe");
  });

  it("are not taken from somebody: they are handed over, with what goes with them", () => {
    expect(refusal(assign(2, "commander", "bob"), assign(1, "commander", "ada"))).toEqual({
      code: "role-taken",
      role: "commander",
      heldBy: "ada",
      message: "The commander of INC-001 is ada. Let ada hand over, and say what is handed over.",
    });
    const commands = [assign(1, "commander", "ada"), handOver(5, { role: "commander", to: "bob" })];
    const { state, events } = incidentAfter(declareFromAlert(), ...commands);
    expect(events.at(-1)).toMatchObject({
      type: "incident.role-handed-over",
      data: { role: "commander", from: "ada", to: "bob", handedOver: "rollback at 60 %" },
    });
    expect(state.duties).toEqual([
      { role: "commander", person: "ada", fromMs: at(1), toMs: at(5) },
      { role: "commander", person: "bob", fromMs: at(5) },
    ]);
    expect(roleHolders(state.duties)).toHaveLength(1);
    expect(incidentTimeline(events).at(-1)?.text).toBe("commander handed over from ada to bob: rollback at 60 %");
  });

  it("of several responders are handed over by name", () => {
    const two = [assign(1, "responder", "ada"), assign(1, "responder", "bob"), assign(1, "scribe", "bob")];
    expect(refusal(handOver(2, { role: "responder", to: "eve" }), ...two)).toEqual({
      code: "role-not-held",
      role: "responder",
      heldBy: ["ada", "bob"],
      message: "It does not say whose role it is: responder is ada, bob; name one of them.",
    });
    expect(refusal(handOver(2, { role: "responder", from: "zoe", to: "eve" }), ...two)).toMatchObject({
      message: "zoe is not responder of INC-001: responder is ada, bob; name one of them.",
    });
    const { state } = incidentAfter(
      declareFromAlert(),
      ...two,
      handOver(2, { role: "responder", from: "bob", to: "ada" }),
    );
    expect(state.duties).toEqual([
      { role: "responder", person: "ada", fromMs: at(1) },
      { role: "responder", person: "bob", fromMs: at(1), toMs: at(2) },
      { role: "scribe", person: "bob", fromMs: at(1) },
    ]);
    expect(refusal(handOver(2, { role: "responder", from: "bob", to: "bob" }), ...two)).toEqual([]);
    expect(refusal(handOver(2, { role: "scribe", to: "eve" }))).toMatchObject({
      code: "role-not-held",
      heldBy: [],
      message: "It does not say whose role it is: nobody is scribe; assign the role instead.",
    });
  });

  it("end when they are released, once", () => {
    const commands = [assign(1, "scribe", "ada"), release(9, "scribe", "ada")];
    expect(incidentAfter(declareFromAlert(), ...commands).state.duties).toEqual([
      { role: "scribe", person: "ada", fromMs: at(1), toMs: at(9) },
    ]);
    expect(lastWords(...commands)).toBe("ada is no longer scribe: off to bed");
    expect(refusal(release(10, "scribe", "ada"), ...commands)).toMatchObject({
      code: "role-not-held",
      message: "ada is not scribe of INC-001: nobody is scribe; assign the role instead.",
    });
    const again = incidentAfter(
      declareFromAlert(),
      ...commands,
      assign(12, "scribe", "ada"),
      release(13, "scribe", "ada"),
    );
    expect(again.state.duties.map(({ toMs }) => toMs)).toEqual([at(9), at(13)]);
  });
});

describe("words to others", () => {
  it("are kept with author and audience", () => {
    const command: IncidentCommand = {
      type: "update-status",
      ...asked(3),
      audience: "stakeholders",
      text: "Cards fail for half of you",
    };
    const { state } = incidentAfter(declareFromAlert(), command);
    expect(state.statusUpdates).toEqual([
      { atMs: at(3), author: "ada", audience: "stakeholders", text: "Cards fail for half of you" },
    ]);
    expect(lastWords(command)).toBe("Update for stakeholders: Cards fail for half of you");
    expect(AUDIENCES.map((audience) => [audience, isStakeholderAudience(audience)])).toEqual([
      ["stakeholders", true],
      ["public", true],
      ["responders", false],
    ]);
  });
});

describe("a notice that has reached a stakeholder", () => {
  const told = (minutes: number, person: string, causeId = "1/stakeholders/1"): IncidentCommand => ({
    type: "record-notice",
    ...asked(minutes),
    actor: "engine",
    causeId,
    person,
    channel: "mail",
  });

  it("is kept, once for each cause, and said", () => {
    const { state, events } = incidentAfter(declareFromAlert(), told(15, "boss"), told(16, "chief"));
    expect(state.notices).toEqual([{ atMs: at(15), person: "boss", channel: "mail" }]);
    expect(incidentTimeline(events).at(-1)).toMatchObject({
      atMs: at(15),
      actor: "engine",
      kind: "stakeholders-told",
      text: "Stakeholders told: boss by mail",
    });
    const twice = incidentAfter(declareFromAlert(), told(15, "boss"), told(16, "chief", "1/stakeholders/2"));
    expect(twice.state.notices.map(({ person }) => person)).toEqual(["boss", "chief"]);
    expect(refusal(told(1, " "))).toMatchObject({ code: "empty-text", field: "person" });
    expect(refusal({ ...told(1, "boss"), channel: "" } as IncidentCommand)).toMatchObject({
      code: "empty-text",
      field: "channel",
    });
  });
});

describe("calls to people", () => {
  const escalate = (to: readonly string[]): IncidentCommand => ({
    type: "escalate",
    ...asked(1),
    step: 2,
    to,
    channel: "phone",
    reason: "nobody answered",
  });

  it("are kept, and need somebody to be called", () => {
    expect(incidentAfter(declareFromAlert(), escalate(["ada", "bob"])).state.calls).toEqual([
      { atMs: at(1), step: 2, to: ["ada", "bob"], channel: "phone" },
    ]);
    expect(lastWords(escalate(["ada", "bob"]))).toBe("Escalation step 2: ada, bob called by phone: nobody answered");
    expect(refusal(escalate([]))).toMatchObject({ code: "empty-text", field: "to" });
  });
});

describe("a missed target", () => {
  const breach: TargetBreach = {
    kind: "acknowledge",
    round: 0,
    severity: "SEV2",
    startedAtMs: START_MS,
    dueAtMs: at(15),
  };
  const record = (one: TargetBreach): IncidentCommand => ({
    type: "record-breach",
    ...asked(16),
    actor: "engine",
    breach: one,
  });

  it("is recorded once, in words", () => {
    const { state } = incidentAfter(declareFromAlert(), record(breach));
    expect(state.breaches).toEqual([breach]);
    expect(decideIncident(state, record(breach))).toEqual({ ok: true, value: [] });
    expect(lastWords(record(breach))).toBe(
      "Target missed: Not acknowledged within the 15 min that SEV2 asks for, due at 2026-11-21 10:15:00 UTC",
    );
    expect(lastWords(record({ ...breach, kind: "stakeholders" }))).toContain("No word to stakeholders within");
    expect(lastWords(record({ ...breach, kind: "escalate" }))).toContain("Nobody called within");
  });

  it("is another one with another clock", () => {
    expect(isSameBreach(breach, { ...breach, dueAtMs: 0 })).toBe(true);
    for (const other of [{ kind: "escalate" }, { round: 1 }, { severity: "SEV1" }, { startedAtMs: 0 }] as const) {
      expect(isSameBreach(breach, { ...breach, ...other })).toBe(false);
    }
  });
});

describe("an answer that is taken back", () => {
  it("makes it declared again, and another answer is another one's", () => {
    const back: IncidentCommand = { type: "unacknowledge", ...asked(5), reason: "the reminder went unanswered" };
    const commands: readonly IncidentCommand[] = [{ type: "acknowledge", ...asked(2) }, back];
    const { state } = incidentAfter(declareFromAlert(), ...commands);
    expect(state).toMatchObject({
      status: "declared",
      answers: [{ person: "ada", fromMs: at(2), takenBackAtMs: at(5) }],
      rounds: [{ acknowledgedAtMs: at(2) }],
    });
    expect(lastWords(...commands)).toBe("Acknowledgement taken back: the reminder went unanswered");
    const again = incidentAfter(declareFromAlert(), ...commands, {
      type: "acknowledge",
      ...asked(9),
      actor: "bob",
    }).state;
    expect(again.answers).toEqual([
      { person: "ada", fromMs: at(2), takenBackAtMs: at(5) },
      { person: "bob", fromMs: at(9) },
    ]);
    expect(again.rounds).toEqual([{ openedAtMs: START_MS, acknowledgedAtMs: at(2) }]);
  });
});

describe("mitigation", () => {
  it("goes by its two steps, and is timed by the first end of the impact", () => {
    const life: readonly IncidentCommand[] = [
      { type: "acknowledge", ...asked(1) },
      { type: "start-mitigation", ...asked(2), text: "rolling back" },
      { type: "confirm-mitigation", ...asked(8), text: "v1 serves" },
    ];
    expect(incidentAfter(declareFromAlert(), ...life).state).toMatchObject({
      status: "mitigated",
      rounds: [{ openedAtMs: START_MS, acknowledgedAtMs: at(1), mitigatedAtMs: at(8) }],
    });
    const again = incidentAfter(
      declareFromAlert(),
      ...life,
      { type: "reopen", ...asked(9), reason: "it fails again" },
      { type: "confirm-mitigation", ...asked(12), text: "now it does" },
    );
    expect(again.state.rounds).toEqual([{ openedAtMs: START_MS, acknowledgedAtMs: at(1), mitigatedAtMs: at(8) }]);
    expect(
      incidentTimeline(again.events)
        .slice(2, 4)
        .map(({ text }) => text),
    ).toEqual(["Mitigation began: rolling back", "Mitigated: v1 serves"]);
  });
});

describe("a command that names the version it has seen", () => {
  it("is refused at another one, with the present one, and done at that", () => {
    const { state } = incidentAfter(declareFromAlert());
    const note = (expectedVersion: number): IncidentCommand => ({
      type: "note",
      ...asked(1),
      text: "x",
      expectedVersion,
    });
    expect(decideIncident(state, note(1))).toMatchObject({ ok: true });
    expect(decideIncident(state, note(0))).toEqual({
      ok: false,
      error: {
        code: "version-mismatch",
        incidentId: "INC-001",
        expectedVersion: 0,
        presentVersion: 1,
        message: "INC-001 is at version 1, not 0. Read it again, and ask again if it still makes sense.",
      },
    });
    expect(decideIncident(state, { ...note(0), causeId: "alert-event-1" })).toEqual({ ok: true, value: [] });
  });
});

describe("what is too much", () => {
  const { state } = incidentAfter(declareFromAlert());
  const error = (command: IncidentCommand) => {
    const decided = decideIncident(state, command);
    return decided.ok ? undefined : decided.error;
  };

  it("is a text of more than four pages, and a section of more than twenty", () => {
    const note = (length: number): IncidentCommand => ({ type: "note", ...asked(1), text: "x".repeat(length) });
    expect(error(note(10_000))).toBeUndefined();
    expect(error(note(10_001))).toEqual({
      code: "too-long",
      field: "text",
      most: 10_000,
      message: "The text of note has 10001 characters; 10000 are the most. Say it shorter, or link to it.",
    });
    const edit = (length: number): IncidentCommand => ({
      type: "edit-postmortem",
      ...asked(1),
      section: "why",
      text: "x".repeat(length),
    });
    expect(error(edit(50_000))).toBeUndefined();
    expect(error(edit(50_001))).toMatchObject({ code: "too-long", most: 50_000 });
  });

  it("is a date that no calendar has", () => {
    const action = (dueAtMs: number): IncidentCommand => ({
      type: "add-action",
      ...asked(1),
      title: "Test",
      owner: "payments",
      priority: "P1",
      dueAtMs,
    });
    expect(error(action(8.64e15))).toBeUndefined();
    expect(error(action(-8.64e15))).toBeUndefined();
    expect(error(action(8.64e15 + 2))).toEqual({
      code: "bad-instant",
      field: "dueAtMs",
      message:
        "The dueAtMs of add-action is 8640000000000002, which is no instant. Give epoch milliseconds within the years that dates have.",
    });
    expect(error(action(Number.NaN))).toMatchObject({ code: "bad-instant" });
  });
});

describe("an empty text", () => {
  const base = { atMs: START_MS + HOUR_MS, actor: "ada", causeId: "blank" } as const;
  it.each([
    ["reason", { type: "unacknowledge", ...base, reason: " " }],
    ["text", { type: "start-mitigation", ...base, text: "" }],
    ["text", { type: "confirm-mitigation", ...base, text: "" }],
    ["channel", { type: "escalate", ...base, step: 1, to: ["a"], channel: "", reason: "r" }],
    ["reason", { type: "escalate", ...base, step: 1, to: ["a"], channel: "c", reason: "" }],
    ["person", { type: "assign-role", ...base, role: "scribe", person: "" }],
    ["to", { type: "hand-over", ...base, role: "scribe", to: "", handedOver: "x" }],
    ["handedOver", { type: "hand-over", ...base, role: "scribe", to: "bob", handedOver: "" }],
    ["person", { type: "release-role", ...base, role: "scribe", person: "", reason: "r" }],
    ["reason", { type: "release-role", ...base, role: "scribe", person: "p", reason: "" }],
    ["text", { type: "update-status", ...base, audience: "public", text: "" }],
    ["id", { type: "link", ...base, link: { kind: "change", id: "", relation: "r" } }],
    ["relation", { type: "link", ...base, link: { kind: "change", id: "i", relation: "" } }],
    ["into", { type: "merge", ...base, into: "", reason: "r" }],
    ["reason", { type: "merge", ...base, into: "i", reason: "" }],
    ["into", { type: "split", ...base, into: "", reason: "r", keys: [] }],
    ["reason", { type: "split", ...base, into: "i", reason: "", keys: [] }],
    ["from", { type: "absorb", ...base, from: "", reason: "r", alerts: [] }],
    ["reason", { type: "absorb", ...base, from: "i", reason: "", alerts: [] }],
    ["title", { type: "add-action", ...base, title: "", owner: "o", priority: "P0", dueAtMs: 0 }],
    ["owner", { type: "add-action", ...base, title: "t", owner: "", priority: "P0", dueAtMs: 0 }],
    ["title", { type: "change-action", ...base, actionId: "A1", title: "", reason: "r" }],
    ["owner", { type: "change-action", ...base, actionId: "A1", owner: "", reason: "r" }],
    ["reason", { type: "change-action", ...base, actionId: "A1", reason: "" }],
    ["outcome", { type: "complete-action", ...base, actionId: "A1", outcome: "" }],
    ["reason", { type: "drop-action", ...base, actionId: "A1", reason: "" }],
    ["text", { type: "edit-postmortem", ...base, section: "why", text: " " }],
  ] as const)("as %s of $1.type is refused", (field, command) => {
    expect(decideIncident(undefined, command)).toMatchObject({ ok: false, error: { code: "empty-text", field } });
  });
});
