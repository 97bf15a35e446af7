import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { closableAt } from "../auto-close.js";
import { decideIncident } from "../decide-incident.js";
import { explainIncident } from "../explain/alert-trace.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentKeys, incidentSignals } from "../incident-signal.js";
import { incidentTimeline } from "../incident-timeline.js";
import { externalAt } from "./external.fixture.js";
import { groupKey, groupTitle, groupWords, type IncidentGroup } from "./incident-group.js";

const group: IncidentGroup = { id: "g1", labels: { alertname: "Down" } };
const LATER_MS = START_MS + 10 * MINUTE_MS;

/** One instance of a service, as its incident keeps it. */
const instance = (
  name: string,
  atMs = START_MS,
  changes: Parameters<typeof externalAt>[1] = {},
  severity = "warning",
) =>
  externalAt(atMs, {
    key: `prometheus/${name}`,
    labels: { alertname: "Down", instance: name, severity },
    annotations: {},
    ...changes,
  });
const ended = (name: string, atMs: number) => instance(name, atMs, { status: "resolved", endsAtMs: atMs });
const declare: IncidentCommand = {
  type: "declare",
  atMs: START_MS,
  actor: "engine",
  causeId: "declare",
  incidentId: "INC-001",
  origin: { kind: "external", external: instance("a"), group },
};
const hear = (
  external: ReturnType<typeof instance>,
  more: { readonly group?: IncidentGroup } = {},
): IncidentCommand => ({
  type: "update-external",
  atMs: external.atMs,
  actor: "engine",
  causeId: `${external.alertId}/${external.status}/${external.atMs}`,
  external,
  ...more,
});

describe("a group of alerts in words", () => {
  it("is named by its labels, or by its id where it has none", () => {
    expect(groupWords(group)).toBe('the group {alertname="Down"}');
    expect(groupWords({ id: "g2", labels: {} })).toBe("the group g2");
    expect(groupKey(group)).toBe("alert-group/g1");
  });

  it("gives one title for its alerts, and none for a single one", () => {
    const titled = (summary: string, alertname = "Down") =>
      instance("a", START_MS, { annotations: { summary }, labels: { alertname } });
    const bare = (labels: Readonly<Record<string, string>>) => instance("a", START_MS, { labels, annotations: {} });
    expect(groupTitle(group, [titled("a is down")])).toBeUndefined();
    expect(groupTitle(group, [])).toBeUndefined();
    expect(groupTitle(group, [titled("It is down"), titled("It is down", "Up")])).toBe("It is down (2 alerts)");
    expect(groupTitle(group, [titled("a is down"), titled("b is down"), titled("c is down")])).toBe("Down (3 alerts)");
    expect(groupTitle(group, [titled("a is down"), titled("b is up", "Up")])).toBe(
      'the group {alertname="Down"} (2 alerts)',
    );
    const nameless = [bare({ a: "1" }), bare({ b: "1" })].map((one, index) => ({ ...one, title: `t${index}` }));
    expect(groupTitle(group, nameless)).toBe('the group {alertname="Down"} (2 alerts)');
  });

  it("keeps the number of its alerts where its title is long", () => {
    const long = instance("a", START_MS, { annotations: { summary: "x".repeat(190) } });
    const longer = instance("a", START_MS, { annotations: { summary: "x".repeat(191) } });
    expect(groupTitle(group, [long, long])).toBe(`${"x".repeat(188)}… (2 alerts)`);
    expect(groupTitle(group, [longer, longer])).toHaveLength(200);
    const fits = instance("a", START_MS, { annotations: { summary: "x".repeat(189) } });
    expect(groupTitle(group, [fits, fits])).toBe(`${"x".repeat(189)} (2 alerts)`);
  });
});

describe("an incident of a group of alerts", () => {
  it("is deduplicated by its alert and by its group", () => {
    const { events, state } = incidentAfter(declare);
    expect(events[0]?.data).toMatchObject({ group });
    expect(state.groups).toEqual([group]);
    expect(incidentKeys(state)).toEqual([
      { ...incidentSignals(state)[0] },
      { key: "alert-group/g1", alertId: "alert-group/g1", changedAtMs: START_MS },
    ]);
    const own = incidentAfter({ ...declare, origin: { kind: "external", external: instance("a") } });
    expect(own.state.groups).toEqual([]);
    expect(own.events[0]?.data).not.toHaveProperty("group");
  });

  it("is joined by what is new in it, and by nothing without a group", () => {
    const { events, state } = incidentAfter(declare, hear(instance("b", LATER_MS), { group }));
    expect(events.slice(1)).toEqual([
      {
        type: "incident.external-updated",
        atMs: LATER_MS,
        actor: "engine",
        data: { causeId: expect.any(String), change: "joined", external: instance("b", LATER_MS), group },
      },
    ]);
    expect(incidentSignals(state).map(({ key, status }) => `${key} ${status}`)).toEqual([
      "external/prometheus/a firing",
      "external/prometheus/b firing",
    ]);
    expect(state.external?.key).toBe("external/prometheus/a");
    expect(state.followed[0]).not.toHaveProperty("from");
    expect(decideIncident(state, hear(instance("c", LATER_MS)))).toMatchObject({
      ok: false,
      error: { code: "foreign-alert", foundKey: "external/prometheus/c" },
    });
    // Its group tells of it again: that is no news, and does not join it twice.
    expect(decideIncident(state, hear(instance("b", LATER_MS + 1), { group }))).toEqual({ ok: true, value: [] });
    const worse = decideIncident(state, hear(instance("b", LATER_MS + 1, {}, "critical"), { group }));
    expect(worse.ok && worse.value[0]?.data).not.toHaveProperty("group");
  });

  it("becomes worse with a worse alert, in place, and not better with a better one", () => {
    const worse = incidentAfter(declare, hear(instance("b", LATER_MS, {}, "critical"), { group }));
    expect(worse.events.slice(1).map(({ type }) => type)).toEqual([
      "incident.external-updated",
      "incident.severity-changed",
    ]);
    expect(worse.state).toMatchObject({ severity: "SEV2", status: "declared" });
    const better = incidentAfter(declare, hear(instance("b", LATER_MS, {}, "info"), { group }));
    expect(better.events).toHaveLength(2);
    expect(better.state.severity).toBe("SEV3");
  });

  it("resolves with its last alert, and closes by itself only after that", () => {
    const joined = [
      declare,
      hear(instance("b", START_MS + 1), { group }),
      hear(instance("c", START_MS + 2), { group }),
    ];
    const first = [hear(ended("a", LATER_MS)), hear(ended("c", LATER_MS + 1))];
    const burning = incidentAfter(...joined, ...first);
    expect(burning.state.status).toBe("declared");
    const { events, state } = incidentAfter(...joined, ...first, hear(ended("b", LATER_MS + 2)));
    expect(events.at(-1)).toMatchObject({ type: "incident.resolved", data: { how: "alert", reason: "Down is over" } });
    expect(state.status).toBe("resolved");
    expect(closableAt(state, LATER_MS + 11, 10).closable).toBe(false);
    expect(closableAt(state, LATER_MS + 12, 10).closable).toBe(true);
    const byHand = incidentAfter(
      ...joined,
      ...first,
      { type: "acknowledge", atMs: LATER_MS + 3, actor: "ada", causeId: "ack" },
      { type: "resolve", atMs: LATER_MS + 3, actor: "ada", causeId: "fix", reason: "fixed" },
    );
    expect(closableAt(byHand.state, LATER_MS * 2, 10)).toMatchObject({
      closable: false,
      reason: { kind: "burning", alertId: instance("b").alertId },
    });
  });

  it("is reopened by an alert that is new in it", () => {
    const again: IncidentCommand = {
      type: "reopen",
      atMs: LATER_MS + 5,
      actor: "engine",
      causeId: "again",
      reason: "another",
      external: instance("b", LATER_MS + 5),
      group,
    };
    const { events, state } = incidentAfter(declare, hear(ended("a", LATER_MS)), again);
    expect(events.slice(-2).map(({ data, type }) => [type, { ...data }])).toMatchObject([
      ["incident.reopened", { reason: "another" }],
      ["incident.external-updated", { change: "joined", group }],
    ]);
    expect(state).toMatchObject({ status: "declared", followed: [{ key: "external/prometheus/b", status: "firing" }] });
  });

  it("tells who joined with what, in its timeline and where it explains itself", () => {
    const { events } = incidentAfter(declare, hear(instance("b", LATER_MS), { group }), hear(ended("b", LATER_MS + 1)));
    expect(incidentTimeline(events).map(({ text }) => text)).toEqual([
      "SEV3 declared (its label severity says warning): Down. Down",
      'The alert {alertname="Down", instance="b", severity="warning"} of prometheus joined with the group {alertname="Down"} (SEV3). Down',
      'The alert {alertname="Down", instance="b", severity="warning"} of prometheus resolved (SEV3). Down',
    ]);
    expect(
      explainIncident("INC-001", events).traces.map(({ change, key, steps }) => [key, change, steps.at(-1)]),
    ).toEqual([
      [
        "external/prometheus/a",
        "fired",
        {
          kind: "intake",
          rule: "one incident per group",
          outcome: "opens",
          because: 'no incident was open for the group {alertname="Down"}',
        },
      ],
      [
        "external/prometheus/b",
        "joined",
        {
          kind: "intake",
          rule: "one incident per group",
          outcome: "joins",
          because: 'its incident is that of the group {alertname="Down"}',
        },
      ],
      [
        "external/prometheus/b",
        "resolved",
        { kind: "intake", rule: "one incident per key", outcome: "joins", because: "INC-001 has its key" },
      ],
    ]);
    const reopened = incidentAfter(declare, hear(ended("a", LATER_MS)), {
      type: "reopen",
      atMs: LATER_MS,
      actor: "engine",
      causeId: "again",
      reason: "another within its cooldown",
      external: instance("b", LATER_MS),
      group,
    });
    expect(explainIncident("INC-001", reopened.events).traces.at(-1)?.steps.at(-1)).toEqual({
      kind: "intake",
      rule: "cooldown",
      outcome: "reopens",
      because: "another within its cooldown",
    });
  });

  it("takes the group of an incident that is merged into it, once, also where an SLO opened it", () => {
    const other: IncidentGroup = { id: "g2", labels: {} };
    const merge: IncidentCommand = {
      type: "absorb",
      atMs: LATER_MS,
      actor: "ada",
      causeId: "merge",
      from: "INC-002",
      reason: "the same",
      alerts: [],
      groups: [group, other],
    };
    const { events, state } = incidentAfter(declare, merge);
    expect(events.at(-1)?.data).toMatchObject({ groups: [other] });
    expect(state.groups).toEqual([group, other]);
    expect(incidentAfter(declareFromAlert(), merge).state.groups).toEqual([group, other]);
    const none = incidentAfter(declare, { ...merge, groups: [group] });
    expect(none.events.at(-1)?.data).not.toHaveProperty("groups");
    const joined = incidentAfter(declareFromAlert(), merge, hear(instance("b", LATER_MS), { group }), {
      type: "update-alert",
      atMs: LATER_MS,
      actor: "engine",
      causeId: "over",
      alert: alertAt("alert.resolved", LATER_MS),
    });
    expect(joined.state).toMatchObject({ status: "declared", followed: [{ key: "external/prometheus/b" }] });
  });
});
