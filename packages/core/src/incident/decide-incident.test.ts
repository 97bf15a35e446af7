import { describe, expect, it } from "vitest";
import type { AlertEvent } from "../alert/alert.js";
import {
  alertAt,
  declareFromAlert,
  evaluationAt,
  evidenceNamed,
  factsAt,
  HOUR_MS,
  incidentAfter,
  MINUTE_MS,
  START_MS,
} from "./alert.fixture.js";
import { decideIncident } from "./decide-incident.js";
import { evolveIncident } from "./evolve-incident.js";
import type { IncidentCommand } from "./incident-command.js";
import { INCIDENT_STATUSES, type IncidentStatus } from "./incident-lifecycle.js";
import type { IncidentState } from "./incident.js";

const LATER_MS = START_MS + 10 * MINUTE_MS;
const asked = { atMs: LATER_MS, actor: "ada", causeId: "request-9" } as const;

function standing(status: IncidentStatus, alert: "firing" | "resolved" = "firing"): IncidentState {
  const { state } = incidentAfter(declareFromAlert());
  const rounds: IncidentState["rounds"] =
    status === "resolved" || status === "closed"
      ? [{ openedAtMs: START_MS, resolvedAtMs: START_MS }]
      : [{ openedAtMs: START_MS }];
  const known = state.alert;
  if (known === undefined) throw new Error("an alert declared it");
  return { ...state, status, rounds, alert: { ...known, status: alert } };
}

const commands = {
  declare: { ...declareFromAlert(), causeId: "request-9" },
  acknowledge: { type: "acknowledge", ...asked },
  unacknowledge: { type: "unacknowledge", ...asked, reason: "the shift is over" },
  "start-mitigation": { type: "start-mitigation", ...asked, text: "rolling back" },
  "confirm-mitigation": { type: "confirm-mitigation", ...asked, text: "v1 serves" },
  merge: { type: "merge", ...asked, into: "INC-009", reason: "the same outage" },
  absorb: { type: "absorb", ...asked, from: "INC-009", reason: "the same outage", alerts: [] },
  split: { type: "split", ...asked, into: "INC-010", reason: "another cause", keys: [] },
  link: { type: "link", ...asked, link: { kind: "change", id: "deploy-7", relation: "right before it" } },
  escalate: { type: "escalate", ...asked, step: 1, to: ["grace"], channel: "phone", reason: "nobody answered" },
  "assign-role": { type: "assign-role", ...asked, role: "commander", person: "grace" },
  "update-status": { type: "update-status", ...asked, audience: "stakeholders", text: "Cards fail" },
  "trace-alert": { type: "trace-alert", ...asked, key: "payments-availability/burn", trace: { route: "all" } },
  "add-action": {
    type: "add-action",
    ...asked,
    title: "Test the rollback",
    owner: "payments",
    priority: "P0",
    dueAtMs: LATER_MS + HOUR_MS,
  },
  "edit-postmortem": { type: "edit-postmortem", ...asked, section: "why", text: "A bad deploy" },
  "change-severity": { type: "change-severity", ...asked, severity: "SEV1", reason: "everybody is affected" },
  note: { type: "note", ...asked, text: "Rolled the last deploy back" },
  "attach-evidence": { type: "attach-evidence", ...asked, evidence: [evidenceNamed("logs-1")] },
  "update-alert": { type: "update-alert", ...asked, alert: alertAt("alert.eased", LATER_MS, { tier: "ticket" }) },
  "alert resolves": { type: "update-alert", ...asked, alert: alertAt("alert.resolved", LATER_MS) },
  resolve: { type: "resolve", ...asked, reason: "it answers again" },
  reopen: { type: "reopen", ...asked, reason: "it fails again" },
  "close by hand": { type: "close", ...asked, how: "person", reason: "reviewed" },
  "close by itself": { type: "close", ...asked, how: "auto", ttlMs: 0 },
} as const satisfies Record<string, IncidentCommand>;

const moves = {
  declared: "acknowledge, recover, merge",
  acknowledged: "mitigate, unacknowledge, resolve, recover, merge",
  mitigating: "confirm-mitigation, resolve, recover, merge",
  mitigated: "resolve, recover, reopen, merge",
  resolved: "reopen, close",
  closed: "nothing",
} as const;

// What each command gives in each status: the events, or `-` for a move that is not allowed.
const table: Record<keyof typeof commands, Record<IncidentStatus, string>> = {
  declare: all("already-declared"),
  acknowledge: { ...all("-"), declared: "acknowledged" },
  unacknowledge: { ...all("-"), acknowledged: "unacknowledged" },
  "start-mitigation": { ...all("-"), acknowledged: "mitigation-started" },
  "confirm-mitigation": { ...all("-"), mitigating: "mitigated" },
  merge: { ...all("merged"), resolved: "-", closed: "-" },
  absorb: { ...all("absorbed"), resolved: "-", closed: "-" },
  split: { ...all("split-off"), closed: "-" },
  link: all("linked"),
  escalate: { ...all("escalated"), closed: "-" },
  "assign-role": { ...all("role-assigned"), closed: "-" },
  "update-status": { ...all("status-updated"), closed: "-" },
  "trace-alert": { ...all("alert-traced"), closed: "-" },
  "add-action": all("action-added"),
  "edit-postmortem": all("postmortem-edited"),
  "change-severity": { ...all("severity-changed"), closed: "-" },
  note: { ...all("noted"), closed: "-" },
  "attach-evidence": { ...all("evidence-attached"), closed: "-" },
  "update-alert": { ...all("alert-updated"), closed: "-" },
  "alert resolves": { ...all("alert-updated resolved"), resolved: "alert-updated", closed: "-" },
  resolve: { ...all("resolved"), declared: "-", resolved: "-", closed: "-" },
  reopen: { ...all("-"), mitigated: "reopened", resolved: "reopened" },
  "close by hand": { ...all("-"), resolved: "closed" },
  "close by itself": { ...all("not-closable"), resolved: "closed", closed: "-" },
};

function all(outcome: string): Record<IncidentStatus, string> {
  return Object.fromEntries(INCIDENT_STATUSES.map((status) => [status, outcome])) as Record<IncidentStatus, string>;
}

const pairs = INCIDENT_STATUSES.flatMap((status) =>
  (Object.keys(commands) as (keyof typeof commands)[]).map((name) => [name, status, table[name][status]] as const),
);

describe("every command in every status", () => {
  it.each(pairs)("%s while %s gives %s", (name, status, expected) => {
    const state = standing(status, name === "close by itself" ? "resolved" : "firing");
    const decided = decideIncident(state, commands[name]);
    if (decided.ok) {
      expect(decided.value.map((event) => event.type.replace("incident.", "")).join(" ")).toBe(expected);
      return;
    }
    expect(decided.error.code).toBe(expected === "-" ? "move-not-allowed" : expected);
    if (decided.error.code !== "move-not-allowed") return;
    expect(decided.error).toMatchObject({ incidentId: "INC-001", status, command: commands[name].type });
    expect(decided.error.allowed.join(", ") || "nothing").toBe(moves[status]);
    expect(decided.error.message).toContain(
      name === "absorb"
        ? `Nothing can be merged into INC-001 any more: it is ${status}.`
        : `INC-001 is ${status}, which does not allow ${commands[name].type}. Allowed: ${moves[status]}`,
    );
  });

  it.each(Object.values(commands).filter((command) => command.type !== "declare"))(
    "refuses $type where nothing was declared",
    (command) => {
      expect(decideIncident(undefined, command)).toEqual({
        ok: false,
        error: {
          code: "not-declared",
          command: command.type,
          message: `There is no incident to ${command.type}: its stream is empty. Declare it first, or check the id.`,
        },
      });
    },
  );

  it("says where closed leads, and what a second declaration should do", () => {
    expect(decideIncident(standing("closed"), commands.note)).toMatchObject({
      error: {
        message:
          "INC-001 is closed, which does not allow note. Allowed: nothing, closed is final: declare a new incident.",
      },
    });
    expect(decideIncident(standing("declared"), commands.declare)).toMatchObject({
      error: {
        incidentId: "INC-001",
        message: "INC-001 is declared already. Take the next number for another incident.",
      },
    });
  });
});

describe("declaring", () => {
  it("takes title, service, severity and detection from the alert", () => {
    const { state, events } = incidentAfter(declareFromAlert());
    expect(events).toEqual([
      {
        type: "incident.declared",
        atMs: START_MS,
        actor: "engine",
        data: {
          causeId: "alert-event-1",
          incidentId: "INC-001",
          title: "payments: payments-availability burns its error budget",
          severity: "SEV2",
          severityReason: "a page",
          service: "payments",
          serviceTier: 1,
          detectedAtMs: START_MS,
          alert: factsAt(START_MS),
        },
      },
    ]);
    expect(state).toEqual({
      id: "INC-001",
      status: "declared",
      title: "payments: payments-availability burns its error budget",
      service: "payments",
      serviceTier: 1,
      declaredBy: "engine",
      severity: "SEV2",
      severities: [{ atMs: START_MS, severity: "SEV2", reason: "a page" }],
      alert: {
        key: "payments-availability/burn",
        alertId: "payments-availability/burn@1",
        sloId: "payments-availability",
        kind: "burn",
        tier: "page",
        ruleId: "page-1h",
        status: "firing",
        frozen: false,
        changedAtMs: START_MS,
        explanation: "payments-availability pages: 33x over 1 h against 14.4x.",
      },
      detectedAtMs: START_MS,
      declaredAtMs: START_MS,
      rounds: [{ openedAtMs: START_MS }],
      startEvaluation: evaluationAt(START_MS),
      startRuleId: "page-1h",
      latestEvaluation: evaluationAt(START_MS),
      evidence: [],
      followed: [],
      groups: [],
      links: [],
      answers: [],
      duties: [],
      calls: [],
      statusUpdates: [],
      notices: [],
      breaches: [],
      actions: [],
      postmortem: { edits: [], review: { status: "draft" } },
      causes: ["alert-event-1"],
      lastAtMs: START_MS,
      version: 1,
    });
  });

  it("names lost data in the title, or takes the title that is given", () => {
    const { ruleId: _ruleId, ...facts } = factsAt(START_MS, { kind: "data-loss", tier: "ticket" });
    const origin = { kind: "alert", alert: { type: "alert.fired", data: facts } } as const;
    const lost = incidentAfter({ type: "declare", ...asked, incidentId: "INC-002", origin });
    expect(lost.state.title).toBe("payments: payments-availability has no data");
    expect(lost.state.serviceTier).toBeUndefined();
    expect(lost.state).not.toHaveProperty("startRuleId");
    expect(lost.state.alert).not.toHaveProperty("ruleId");
    const named = incidentAfter({
      type: "declare",
      ...asked,
      incidentId: "INC-002",
      origin: { ...origin, title: "Blind" },
    });
    expect(named.state.title).toBe("Blind");
  });

  it("from an alert began when it is told, and not after it was detected", () => {
    const began = (startedAtMs: number, atMs = LATER_MS) => {
      const origin = { kind: "alert", alert: alertAt("alert.fired", START_MS) } as const;
      return incidentAfter({ type: "declare", ...asked, atMs, incidentId: "INC-002", startedAtMs, origin }).state;
    };
    expect(began(START_MS - MINUTE_MS)).toMatchObject({ startedAtMs: START_MS - MINUTE_MS, detectedAtMs: START_MS });
    expect(began(START_MS + 1).startedAtMs).toBe(START_MS);
    expect(began(START_MS, START_MS - 5)).toMatchObject({ startedAtMs: START_MS - 5, detectedAtMs: START_MS - 5 });
  });

  it("by a person needs no alert", () => {
    const { state } = incidentAfter({
      type: "declare",
      ...asked,
      incidentId: "INC-003",
      startedAtMs: START_MS - MINUTE_MS,
      origin: {
        kind: "person",
        title: "Cards are refused",
        severity: "SEV1",
        service: "payments",
        serviceTier: 2,
        detectedAtMs: START_MS,
      },
    });
    expect(state).toEqual({
      id: "INC-003",
      status: "declared",
      title: "Cards are refused",
      service: "payments",
      serviceTier: 2,
      declaredBy: "ada",
      severity: "SEV1",
      severities: [{ atMs: LATER_MS, severity: "SEV1", reason: "chosen by whoever declared it" }],
      startedAtMs: START_MS - MINUTE_MS,
      detectedAtMs: START_MS,
      declaredAtMs: LATER_MS,
      rounds: [{ openedAtMs: LATER_MS }],
      evidence: [],
      followed: [],
      groups: [],
      links: [],
      answers: [],
      duties: [],
      calls: [],
      statusUpdates: [],
      notices: [],
      breaches: [],
      actions: [],
      postmortem: { edits: [], review: { status: "draft" } },
      causes: ["request-9"],
      lastAtMs: LATER_MS,
      version: 1,
    });
  });

  it("never detects after it declares, whatever another clock says", () => {
    const alert = alertAt("alert.fired", LATER_MS + HOUR_MS);
    const byAlert = incidentAfter({
      type: "declare",
      ...asked,
      incidentId: "INC-004",
      origin: { kind: "alert", alert },
    });
    expect(byAlert.state.detectedAtMs).toBe(LATER_MS);
    const person = { kind: "person", title: "Slow", severity: "SEV3", service: "payments" } as const;
    const ahead = { ...person, detectedAtMs: LATER_MS + 1 };
    for (const origin of [person, ahead]) {
      const { state } = incidentAfter({ type: "declare", ...asked, incidentId: "INC-004", origin });
      expect(state.detectedAtMs).toBe(LATER_MS);
      expect(state).not.toHaveProperty("serviceTier");
    }
  });

  it("drops what only a suppression carries from the facts that it keeps", () => {
    const alert = alertAt("alert.suppressed", START_MS);
    const { events } = incidentAfter({
      type: "declare",
      ...asked,
      incidentId: "INC-005",
      origin: { kind: "alert", alert },
    });
    expect(events[0]).toMatchObject({ data: { alert: factsAt(START_MS) } });
    expect(JSON.stringify(events)).not.toContain("suppressedBy");
  });
});

describe("the same cause", () => {
  it.each(Object.values(commands))("gives nothing for $type when it was handled", (command) => {
    const { state } = incidentAfter(declareFromAlert());
    expect(decideIncident(state, { ...command, causeId: "alert-event-1" })).toEqual({ ok: true, value: [] });
  });
});

describe("an empty text", () => {
  const person = { kind: "person", title: "Slow", severity: "SEV3", service: "payments" } as const;
  const declare = { type: "declare", ...asked, incidentId: "INC-001", origin: person } as const;
  it.each([
    ["text", { type: "note", ...asked, text: " \n" }],
    ["reason", { type: "resolve", ...asked, reason: "" }],
    ["reason", { type: "reopen", ...asked, reason: "" }],
    ["reason", { type: "change-severity", ...asked, severity: "SEV1", reason: "" }],
    ["causeId", { type: "acknowledge", ...asked, causeId: "" }],
    ["actor", { type: "acknowledge", ...asked, actor: " " }],
    ["actor", { type: "close", ...asked, how: "person", actor: "" }],
    ["title", { ...declare, origin: { ...person, title: "" } }],
    ["service", { ...declare, origin: { ...person, service: "" } }],
    ["incidentId", { ...declare, incidentId: "" }],
    ["incidentId", { ...declareFromAlert(), causeId: "x", incidentId: "" }],
  ] as const)("as %s is refused: %j", (field, command) => {
    const decided = decideIncident(undefined, command);
    expect(decided).toEqual({
      ok: false,
      error: { code: "empty-text", field, message: `The ${field} of ${command.type} is empty. Say something in it.` },
    });
  });
});

describe("what its alert does", () => {
  const update = (alert: AlertEvent, causeId = "alert-event-2"): IncidentCommand => ({
    type: "update-alert",
    atMs: LATER_MS,
    actor: "engine",
    causeId,
    alert,
  });

  it("raises the severity in place when it escalates", () => {
    const outage = evaluationAt(LATER_MS, { shortBad: 99, shortTotal: 100 });
    const ticket = declareFromAlert({ tier: "ticket" });
    const { state, events } = incidentAfter(
      ticket,
      update(alertAt("alert.escalated", LATER_MS, { evaluation: outage })),
    );
    expect(events.slice(1)).toEqual([
      {
        type: "incident.alert-updated",
        atMs: LATER_MS,
        actor: "engine",
        data: {
          causeId: "alert-event-2",
          change: "escalated",
          alert: factsAt(LATER_MS, { evaluation: outage }),
        },
      },
      {
        type: "incident.severity-changed",
        atMs: LATER_MS,
        actor: "engine",
        data: {
          causeId: "alert-event-2",
          from: "SEV3",
          to: "SEV1",
          reason: "a page on a tier-1 service of which half or more of the events fail",
        },
      },
    ]);
    expect(state.severity).toBe("SEV1");
    expect(state.severities.map((held) => held.severity)).toEqual(["SEV3", "SEV1"]);
    expect(state.alert?.tier).toBe("page");
    expect(state.startEvaluation?.atMs).toBe(START_MS);
    expect(state.latestEvaluation).toEqual(outage);
    expect(state.causes).toEqual(["alert-event-1", "alert-event-2"]);
    expect(state.version).toBe(3);
  });

  it("uses the service's tier for the severity that it escalates to", () => {
    const outage = evaluationAt(LATER_MS, { shortBad: 99, shortTotal: 100 });
    const alert = alertAt("alert.fired", START_MS, { tier: "ticket" });
    const declare: IncidentCommand = {
      ...declareFromAlert(),
      type: "declare",
      incidentId: "INC-001",
      origin: { kind: "alert", alert, serviceTier: 3 },
    };
    const { state } = incidentAfter(declare, update(alertAt("alert.escalated", LATER_MS, { evaluation: outage })));
    expect(state.severity).toBe("SEV2");
  });

  it("never lowers a severity that people may have set", () => {
    const eased = incidentAfter(declareFromAlert(), update(alertAt("alert.eased", LATER_MS, { tier: "ticket" })));
    expect(eased.state.severity).toBe("SEV2");
    expect(eased.events).toHaveLength(2);
    const raised = incidentAfter(
      declareFromAlert(),
      { ...commands["change-severity"], causeId: "request-1" },
      update(alertAt("alert.escalated", LATER_MS)),
    );
    expect(raised.state.severity).toBe("SEV1");
  });

  it("is not raised by what only looks worse while it eases", () => {
    const outage = evaluationAt(LATER_MS, { shortBad: 99, shortTotal: 100 });
    const { state } = incidentAfter(
      declareFromAlert(),
      update(alertAt("alert.eased", LATER_MS, { evaluation: outage })),
    );
    expect(state.severity).toBe("SEV2");
  });

  it("resolves the incident when it resolves", () => {
    const resolved = alertAt("alert.resolved", LATER_MS, { explanation: "Back to 0.2x." });
    const { state, events } = incidentAfter(declareFromAlert(), update(resolved));
    expect(events.at(-1)).toEqual({
      type: "incident.resolved",
      atMs: LATER_MS,
      actor: "engine",
      data: { causeId: "alert-event-2", how: "alert", reason: "Back to 0.2x." },
    });
    expect(state.status).toBe("resolved");
    expect(state.rounds).toEqual([{ openedAtMs: START_MS, resolvedAtMs: LATER_MS }]);
    expect(state.alert).toMatchObject({ status: "resolved", frozen: false, changedAtMs: LATER_MS });
  });

  it.each([
    [["alert.frozen"], "firing", true],
    [["alert.frozen", "alert.thawed"], "firing", false],
    [["alert.frozen", "alert.escalated"], "firing", true],
    [["alert.frozen", "alert.eased"], "firing", true],
    [["alert.frozen", "alert.resolved"], "resolved", false],
    [["alert.suppressed"], "suppressed", false],
    [["alert.suppressed", "alert.frozen"], "suppressed", true],
    [["alert.suppressed", "alert.frozen", "alert.thawed"], "suppressed", false],
    [["alert.suppressed", "alert.eased"], "suppressed", false],
    [["alert.frozen", "alert.suppressed"], "suppressed", true],
    [["alert.suppressed", "alert.unsuppressed"], "firing", false],
    [["alert.frozen", "alert.fired"], "firing", false],
  ] as const)("is remembered: after %j it is %s, frozen %s", (types, status, frozen) => {
    const updates = types.map((type, index) => update(alertAt(type, LATER_MS), `change-${index}`));
    const { state, events } = incidentAfter(declareFromAlert(), ...updates);
    expect(state.alert).toMatchObject({ status, frozen });
    const changes = events.flatMap((event) => (event.type === "incident.alert-updated" ? [event.data.change] : []));
    expect(changes).toEqual(types.map((type) => type.replace("alert.", "")));
  });

  it("says which SLO holds it back", () => {
    const { events } = incidentAfter(declareFromAlert(), update(alertAt("alert.suppressed", LATER_MS)));
    expect(events[1]).toMatchObject({
      data: { change: "suppressed", suppressedBy: "database-availability", alert: factsAt(LATER_MS) },
    });
    const { events: freed } = incidentAfter(declareFromAlert(), update(alertAt("alert.unsuppressed", LATER_MS)));
    expect(freed[1]?.data).not.toHaveProperty("suppressedBy");
  });

  it("changes nothing when it is older than what is known, and brings no evidence then", () => {
    const { state } = incidentAfter(declareFromAlert());
    const older = { ...update(alertAt("alert.resolved", START_MS - 1)), evidence: [evidenceNamed("logs-1")] };
    expect(decideIncident(state, older)).toEqual({ ok: true, value: [] });
    expect(decideIncident(state, update(alertAt("alert.resolved", START_MS)))).toMatchObject({ value: [{}, {}] });
  });

  it.each([
    "alert.resolved",
    "alert.eased",
    "alert.frozen",
    "alert.thawed",
    "alert.suppressed",
    "alert.unsuppressed",
  ] as const)("changes nothing when %s is of another firing", (type) => {
    const { state } = incidentAfter(declareFromAlert());
    expect(decideIncident(state, update(alertAt(type, LATER_MS, { alertId: "an-earlier-one" })))).toEqual({
      ok: true,
      value: [],
    });
  });

  it.each(["alert.fired", "alert.escalated"] as const)(
    "is followed into another firing by %s, which is neither frozen nor held back",
    (type) => {
      const { state } = incidentAfter(
        declareFromAlert(),
        update(alertAt("alert.frozen", START_MS), "change-1"),
        update(alertAt("alert.suppressed", START_MS), "change-2"),
        update(alertAt(type, LATER_MS, { alertId: "the-next" }), "change-3"),
      );
      expect(state.alert).toMatchObject({ alertId: "the-next", status: "firing", frozen: false });
    },
  );

  it("is refused when it is another's", () => {
    const { state } = incidentAfter(declareFromAlert());
    expect(decideIncident(state, update(alertAt("alert.resolved", LATER_MS, { key: "search/burn" })))).toEqual({
      ok: false,
      error: {
        code: "foreign-alert",
        expectedKey: "payments-availability/burn",
        foundKey: "search/burn",
        message:
          "INC-001 is about the alert payments-availability/burn, not search/burn. Take the incident that the key search/burn is registered for.",
      },
    });
    const person = incidentAfter({
      type: "declare",
      ...asked,
      causeId: "request-1",
      incidentId: "INC-002",
      origin: { kind: "person", title: "Slow", severity: "SEV3", service: "payments" },
    });
    expect(decideIncident(person.state, update(alertAt("alert.resolved", LATER_MS)))).toMatchObject({
      error: {
        code: "foreign-alert",
        expectedKey: undefined,
        message: expect.stringContaining("is about no alert, not"),
      },
    });
    const reopen = { type: "reopen", ...asked, reason: "again", alert: alertAt("alert.fired", LATER_MS, { key: "x" }) };
    expect(decideIncident(standing("resolved"), reopen as IncidentCommand)).toMatchObject({
      error: { code: "foreign-alert" },
    });
  });
});

describe("people's moves", () => {
  it("are recorded with who, when and why", () => {
    const resolveEvaluation = evaluationAt(LATER_MS, { bad: 500 });
    const { events, state } = incidentAfter(
      declareFromAlert(),
      { ...commands.acknowledge, causeId: "1", atMs: START_MS + MINUTE_MS },
      { ...commands.note, causeId: "2" },
      { ...commands.resolve, causeId: "3", evaluation: resolveEvaluation },
      { ...commands["close by hand"], causeId: "4", actor: "grace" },
    );
    expect(events.slice(1)).toEqual([
      { type: "incident.acknowledged", atMs: START_MS + MINUTE_MS, actor: "ada", data: { causeId: "1" } },
      {
        type: "incident.noted",
        atMs: LATER_MS,
        actor: "ada",
        data: { causeId: "2", text: "Rolled the last deploy back" },
      },
      {
        type: "incident.resolved",
        atMs: LATER_MS,
        actor: "ada",
        data: { causeId: "3", how: "person", reason: "it answers again", evaluation: resolveEvaluation },
      },
      {
        type: "incident.closed",
        atMs: LATER_MS,
        actor: "grace",
        data: { causeId: "4", how: "person", reason: "reviewed" },
      },
    ]);
    expect(state).toMatchObject({ status: "closed", closedAtMs: LATER_MS, latestEvaluation: resolveEvaluation });
    expect(state.rounds).toEqual([
      { openedAtMs: START_MS, acknowledgedAtMs: START_MS + MINUTE_MS, resolvedAtMs: LATER_MS },
    ]);
    expect(state.causes).toEqual(["alert-event-1", "1", "2", "3", "4"]);
  });

  it("need no evaluation to resolve, and no reason to close", () => {
    const { events, state } = incidentAfter(
      declareFromAlert(),
      { ...commands.acknowledge, causeId: "1" },
      { ...commands.resolve, causeId: "2" },
      { type: "close", ...asked, causeId: "3", how: "person" },
    );
    expect(events[2]?.data).not.toHaveProperty("evaluation");
    expect(events[3]?.data).toEqual({ causeId: "3", how: "person", reason: "" });
    expect(state.latestEvaluation).toEqual(evaluationAt(START_MS));
  });

  it("change nothing where the severity is that already", () => {
    const command = { ...commands["change-severity"], severity: "SEV2" } as const;
    expect(decideIncident(standing("declared"), command)).toEqual({ ok: true, value: [] });
  });

  it("are recorded at the last event's time when their clock is behind", () => {
    const { events } = incidentAfter(declareFromAlert(), { ...commands.acknowledge, atMs: START_MS - HOUR_MS });
    expect(events[1]?.atMs).toBe(START_MS);
  });
});

describe("reopening", () => {
  it("starts another round that has to be acknowledged again", () => {
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { ...commands.acknowledge, causeId: "1" },
      { ...commands.resolve, causeId: "2" },
      { ...commands.reopen, causeId: "3", atMs: LATER_MS + MINUTE_MS },
      { ...commands.acknowledge, causeId: "4", atMs: LATER_MS + 2 * MINUTE_MS },
    );
    expect(events[3]).toEqual({
      type: "incident.reopened",
      atMs: LATER_MS + MINUTE_MS,
      actor: "ada",
      data: { causeId: "3", reason: "it fails again" },
    });
    expect(state.status).toBe("acknowledged");
    expect(state.rounds).toEqual([
      { openedAtMs: START_MS, acknowledgedAtMs: LATER_MS, resolvedAtMs: LATER_MS },
      { openedAtMs: LATER_MS + MINUTE_MS, acknowledgedAtMs: LATER_MS + 2 * MINUTE_MS },
    ]);
  });

  it("edits the present round and leaves the earlier ones", () => {
    const again = (n: number): readonly IncidentCommand[] => [
      { ...commands["alert resolves"], causeId: `resolve-${n}`, atMs: LATER_MS + n },
      { ...commands.reopen, causeId: `reopen-${n}`, atMs: LATER_MS + n },
    ];
    const { state } = incidentAfter(declareFromAlert(), ...again(1), ...again(2));
    expect(state.rounds).toEqual([
      { openedAtMs: START_MS, resolvedAtMs: LATER_MS + 1 },
      { openedAtMs: LATER_MS + 1, resolvedAtMs: LATER_MS + 2 },
      { openedAtMs: LATER_MS + 2 },
    ]);
  });

  it("from mitigated goes on in the same round", () => {
    const state = standing("mitigated");
    const decided = decideIncident(state, commands.reopen);
    if (!decided.ok || decided.value[0] === undefined) throw new Error("it may be reopened");
    expect(evolveIncident(state, decided.value[0])).toMatchObject({
      status: "mitigating",
      rounds: [{ openedAtMs: START_MS }],
    });
  });

  it("takes the alert that fired again with it, and its severity", () => {
    const outage = evaluationAt(LATER_MS, { shortBad: 99, shortTotal: 100 });
    const alert = alertAt("alert.fired", LATER_MS, { alertId: "the-next", evaluation: outage });
    const { state, events } = incidentAfter(
      declareFromAlert(),
      { ...commands["alert resolves"], causeId: "1" },
      { ...commands.reopen, alert, evidence: [evidenceNamed("logs-1")] },
    );
    expect(events.slice(3).map((event) => event.type)).toEqual([
      "incident.reopened",
      "incident.alert-updated",
      "incident.severity-changed",
      "incident.evidence-attached",
    ]);
    expect(state).toMatchObject({
      status: "declared",
      severity: "SEV1",
      alert: { alertId: "the-next", status: "firing" },
    });
  });
});

describe("evidence", () => {
  it("that comes with a command is the engine's find, and what somebody attaches is theirs", () => {
    const note: IncidentCommand = { ...commands.note, evidence: [evidenceNamed("a")] };
    const { events } = incidentAfter(declareFromAlert(), note, { ...commands["attach-evidence"], causeId: "mine" });
    expect(events.slice(1).map(({ actor, type }) => `${type} ${actor}`)).toEqual([
      "incident.noted ada",
      "incident.evidence-attached engine",
      "incident.evidence-attached ada",
    ]);
  });

  it("is attached after what the command did, and kept without its data", () => {
    const { state, events } = incidentAfter({
      ...declareFromAlert(),
      evidence: [evidenceNamed("a"), evidenceNamed("b")],
    });
    expect(events.slice(1)).toEqual(
      ["a", "b"].map((id) => ({
        type: "incident.evidence-attached",
        atMs: START_MS,
        actor: "engine",
        data: { causeId: "alert-event-1", evidence: evidenceNamed(id) },
      })),
    );
    expect(state.evidence).toEqual([
      {
        id: "a",
        kind: "logs",
        source: "cloudwatch",
        fromMs: START_MS - HOUR_MS,
        toMs: START_MS,
        hash: "hash-of-a",
        summary: "Payments refuses connections",
      },
      expect.objectContaining({ id: "b" }),
    ]);
    expect(state.evidence[0]).not.toHaveProperty("data");
    expect(state.causes).toEqual(["alert-event-1"]);
    expect(state.version).toBe(3);
  });

  it("is attached once, also within one command", () => {
    const { state } = incidentAfter({ ...declareFromAlert(), evidence: [evidenceNamed("a"), evidenceNamed("a")] });
    expect(state.evidence).toHaveLength(1);
    const again = { ...commands["attach-evidence"], evidence: [evidenceNamed("a"), evidenceNamed("b")] };
    expect(decideIncident(state, again)).toMatchObject({ ok: true, value: [{ data: { evidence: { id: "b" } } }] });
  });

  it("never changes: another hash under the same id is refused, and nothing of the command is done", () => {
    const { state } = incidentAfter({ ...declareFromAlert(), evidence: [evidenceNamed("a")] });
    const changed = { ...commands.note, evidence: [evidenceNamed("b"), evidenceNamed("a", { hash: "other" })] };
    expect(decideIncident(state, changed)).toEqual({
      ok: false,
      error: {
        code: "evidence-conflict",
        evidenceId: "a",
        message:
          "Evidence a is attached with the hash hash-of-a, and came again with other. " +
          "Attach it under another id: what is attached never changes.",
      },
    });
  });
});

describe("closing by itself", () => {
  const close = (atMs: number, ttlMs?: number): IncidentCommand => ({
    type: "close",
    atMs,
    actor: "engine",
    causeId: "timer-1",
    how: "auto",
    ...(ttlMs === undefined ? {} : { ttlMs }),
  });
  const { state: resolved } = incidentAfter(declareFromAlert(), commands["alert resolves"]);

  it("waits a day by default, or as long as it is told", () => {
    const decided = decideIncident(resolved, close(LATER_MS + 24 * HOUR_MS));
    expect(decided).toMatchObject({
      value: [
        { type: "incident.closed", data: { how: "auto", reason: "resolved, and quiet for the whole time to live" } },
      ],
    });
    expect(decideIncident(resolved, close(LATER_MS + 24 * HOUR_MS - 1))).toMatchObject({
      error: { code: "not-closable", reason: { kind: "too-early", atMs: LATER_MS + 24 * HOUR_MS } },
    });
    expect(decideIncident(resolved, close(LATER_MS + 5, 5))).toMatchObject({ ok: true, value: [{}] });
  });

  it.each([
    [resolved, LATER_MS, "its time has not passed; try again at 2026-11-22 10:10:00 UTC"],
    [standing("declared"), LATER_MS, "it is declared; resolve it first"],
    [
      standing("resolved"),
      LATER_MS,
      "its alert payments-availability/burn@1 still burns; it closes after that resolves",
    ],
  ])("says why not", (state, atMs, words) => {
    expect(decideIncident(state, close(atMs))).toMatchObject({
      error: { message: `INC-001 does not close by itself: ${words}.` },
    });
  });

  it("does not while the data are missing", () => {
    const state = standing("resolved");
    const frozen = { ...state, ...(state.alert && { alert: { ...state.alert, frozen: true } }) };
    expect(decideIncident(frozen, close(LATER_MS + 48 * HOUR_MS))).toMatchObject({
      error: {
        reason: { kind: "frozen", alertId: "payments-availability/burn@1" },
        message:
          "INC-001 does not close by itself: the data of its alert payments-availability/burn@1 are missing; bring them back, or close it by hand.",
      },
    });
  });
});
