import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, evaluationAt, incidentAfter, MINUTE_MS, START_MS } from "../alert.fixture.js";
import { closableAt } from "../auto-close.js";
import { decideIncident } from "../decide-incident.js";
import { evolveIncident } from "../evolve-incident.js";
import { declareFromExternal, externalAt } from "../external/external.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentSignals, isQuiet } from "../incident-signal.js";
import { incidentTimeline } from "../incident-timeline.js";
import type { FollowedAlert } from "./followed-alert.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
let causes = 0;
const asked = (minutes: number) => ({ atMs: at(minutes), actor: "ada", causeId: `c-${(causes += 1)}` });
const link = (kind: "alert" | "change" | "incident", id: string): IncidentCommand => ({
  type: "link",
  ...asked(1),
  link: { kind, id, relation: "right before it" },
});
const merge: IncidentCommand = { type: "merge", ...asked(10), into: "INC-002", reason: "the same outage" };
const followed: FollowedAlert = {
  key: "search/burn",
  alertId: "search/burn@1",
  from: "INC-002",
  status: "firing",
  frozen: false,
  changedAtMs: START_MS,
  explanation: "search burns",
};
const absorb = (alerts: readonly FollowedAlert[] = [followed]): IncidentCommand => ({
  type: "absorb",
  ...asked(5),
  from: "INC-002",
  reason: "the same outage",
  alerts,
});
const hear = (minutes: number, type: Parameters<typeof alertAt>[0], key = "search/burn"): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes),
  alert: alertAt(type, at(minutes), {
    key,
    alertId: `${key === "search/burn" ? key : "payments-availability/burn"}@1`,
  }),
});
const refusal = (command: IncidentCommand, ...before: readonly IncidentCommand[]) => {
  const decided = decideIncident(incidentAfter(declareFromAlert(), ...before).state, command);
  return decided.ok ? decided.value : decided.error;
};
const words = (...commands: readonly IncidentCommand[]) =>
  incidentTimeline(incidentAfter(declareFromAlert(), ...commands).events).at(-1)?.text;

describe("a link", () => {
  it("is kept once, and can be taken away", () => {
    const both = [link("change", "deploy-7"), link("change", "deploy-7"), link("alert", "deploy-7")];
    const { state, events } = incidentAfter(declareFromAlert(), ...both);
    expect(state.links).toEqual([
      { kind: "change", id: "deploy-7", relation: "right before it", atMs: at(1), by: "ada" },
      { kind: "alert", id: "deploy-7", relation: "right before it", atMs: at(1), by: "ada" },
    ]);
    expect(events).toHaveLength(3);
    expect(words(...both)).toBe("Linked to the alert deploy-7: right before it");
    const unlink: IncidentCommand = { type: "unlink", ...asked(2), kind: "change", id: "deploy-7" };
    expect(incidentAfter(declareFromAlert(), ...both, unlink).state.links).toEqual([
      { kind: "alert", id: "deploy-7", relation: "right before it", atMs: at(1), by: "ada" },
    ]);
    expect(words(...both, unlink)).toBe("No longer linked to the change deploy-7");
    const other = link("change", "deploy-8");
    expect(incidentAfter(declareFromAlert(), ...both, other, unlink).state.links).toHaveLength(2);
  });

  it("that is not there can not be taken away, and none leads to itself", () => {
    const unlink: IncidentCommand = { type: "unlink", ...asked(2), kind: "change", id: "deploy-7" };
    expect(refusal(unlink)).toEqual({
      code: "not-linked",
      linked: [],
      message: "INC-001 is not linked to the change deploy-7. It is linked to nothing.",
    });
    expect(refusal(unlink, link("alert", "deploy-7"), link("change", "x"))).toMatchObject({
      linked: ["alert deploy-7", "change x"],
      message: "INC-001 is not linked to the change deploy-7. It is linked to alert deploy-7, change x.",
    });
    expect(refusal(link("incident", "INC-001"))).toEqual({
      code: "bad-target",
      incidentId: "INC-001",
      message: "INC-001 can not be linked to itself. Name another incident.",
    });
    expect(refusal(link("change", "INC-001"))).toHaveLength(1);
  });
});

describe("an incident that is merged into another", () => {
  it("is closed, says into which, and sends whoever comes there", () => {
    const { state, events } = incidentAfter(declareFromAlert(), merge);
    expect(state).toMatchObject({
      status: "closed",
      mergedInto: "INC-002",
      closedAtMs: at(10),
      links: [{ kind: "incident", id: "INC-002", relation: "merged into it", atMs: at(10), by: "ada" }],
    });
    expect(incidentTimeline(events).at(-1)?.text).toBe("Merged into INC-002: the same outage");
    expect(refusal({ type: "note", ...asked(11), text: "x" }, merge)).toMatchObject({
      code: "move-not-allowed",
      message: "INC-001 is closed, which does not allow note. Allowed: nothing, it was merged: work in INC-002.",
    });
    expect(refusal({ ...merge, causeId: "other", into: "INC-001" })).toMatchObject({
      code: "bad-target",
      message: "INC-001 can not be merged into itself. Name another incident.",
    });
  });
});

describe("an incident that another was merged into", () => {
  it("takes its alerts, once each, and a link to it", () => {
    const { state, events } = incidentAfter(declareFromAlert(), absorb());
    expect(state.followed).toEqual([followed]);
    expect(state.links).toEqual([
      { kind: "incident", id: "INC-002", relation: "merged into this", atMs: at(5), by: "ada" },
    ]);
    expect(incidentSignals(state).map(({ key }) => key)).toEqual(["payments-availability/burn", "search/burn"]);
    expect(incidentTimeline(events).at(-1)?.text).toBe("Goes on with INC-002 (search/burn): the same outage");
    expect(words(absorb([]))).toBe("Goes on with INC-002 (no alert): the same outage");
    const own = { ...followed, key: "payments-availability/burn" };
    expect(incidentAfter(declareFromAlert(), absorb(), absorb([followed, own])).state.followed).toEqual([followed]);
    expect(refusal({ ...absorb(), from: "INC-001" } as IncidentCommand)).toMatchObject({ code: "bad-target" });
  });

  it("takes none once it is over, and says where they can go instead", () => {
    expect(refusal(absorb(), hear(6, "alert.resolved", "payments-availability/burn"))).toMatchObject({
      message:
        "Nothing can be merged into INC-001 any more: it is resolved. Reopen INC-001 first where its trouble is back, or merge into an incident that is open.",
    });
    const over = hear(6, "alert.resolved", "payments-availability/burn");
    const close: IncidentCommand = { type: "close", how: "person", ...asked(7), reason: "done" };
    expect(refusal(absorb(), over, close)).toMatchObject({
      code: "move-not-allowed",
      command: "absorb",
      message:
        "Nothing can be merged into INC-001 any more: it is closed. Closed is final: merge into an incident that is open.",
    });
    expect(refusal({ ...absorb(), from: "INC-003" } as IncidentCommand, merge)).toMatchObject({
      message: "Nothing can be merged into INC-001 any more: it is closed. It was merged itself: merge into INC-002.",
    });
  });

  it("hears of its own alert and of theirs apart", () => {
    const { state } = incidentAfter(
      declareFromAlert(),
      absorb(),
      hear(6, "alert.frozen"),
      hear(7, "alert.eased", "payments-availability/burn"),
    );
    expect(state.followed).toEqual([
      { ...followed, frozen: true, changedAtMs: at(6), explanation: expect.stringContaining("pages") },
    ]);
    expect(state.alert).toMatchObject({ frozen: false, changedAtMs: at(7) });
    expect(state.latestEvaluation).toEqual(evaluationAt(at(7)));
    const two = { ...followed, key: "cart/burn" };
    const other = incidentAfter(declareFromAlert(), absorb([followed, two]), hear(6, "alert.frozen"));
    expect(other.state.followed[1]).toEqual(two);
  });

  it("resolves when the last of them is over, and closes only then", () => {
    const one = incidentAfter(declareFromAlert(), absorb(), hear(6, "alert.resolved"));
    expect(one.state.status).toBe("declared");
    expect(isQuiet(one.state)).toBe(false);
    const both = incidentAfter(
      declareFromAlert(),
      absorb(),
      hear(6, "alert.resolved"),
      hear(8, "alert.resolved", "payments-availability/burn"),
    );
    expect(both.state.status).toBe("resolved");
    expect(isQuiet(both.state)).toBe(true);
    const byHand = incidentAfter(
      declareFromAlert(),
      absorb(),
      { type: "acknowledge", ...asked(6) },
      { type: "resolve", ...asked(7), reason: "fixed" },
      hear(8, "alert.resolved", "payments-availability/burn"),
    );
    expect(closableAt(byHand.state, at(999), 0)).toEqual({
      closable: false,
      reason: { kind: "burning", alertId: "search/burn@1" },
    });
    const over = evolveIncident(byHand.state, {
      type: "incident.absorbed",
      atMs: at(9),
      actor: "x",
      data: { causeId: "x", from: "INC-002", reason: "x", alerts: [] },
    });
    const quiet = { ...over, followed: [{ ...followed, status: "resolved", changedAtMs: at(20) } as const] };
    expect(closableAt(quiet, at(20), 1)).toMatchObject({ reason: { kind: "too-early", atMs: at(20) + 1 } });
  });

  it("hears of alerts from elsewhere that came with it", () => {
    const external = externalAt(START_MS);
    const came: FollowedAlert = {
      key: external.key,
      alertId: external.alertId,
      from: "INC-002",
      status: "firing",
      frozen: false,
      changedAtMs: START_MS,
      explanation: external.explanation,
      external,
    };
    const over = externalAt(at(9), { status: "resolved", endsAtMs: at(8) });
    const { state } = incidentAfter(declareFromAlert(), absorb([came]), {
      type: "update-external",
      ...asked(9),
      external: over,
    });
    expect(state.followed).toEqual([{ ...came, status: "resolved", changedAtMs: at(9), external: over }]);
    expect(state).not.toHaveProperty("external");
    const reverse = incidentAfter(declareFromExternal(), absorb(), hear(6, "alert.resolved"));
    expect(reverse.state).not.toHaveProperty("alert");
    expect(incidentSignals(reverse.state)[0]).toEqual({
      key: "external/prometheus/abc",
      alertId: external.alertId,
      status: "firing",
      frozen: false,
      changedAtMs: START_MS,
      explanation: external.explanation,
      external,
    });
  });
});

describe("an incident that is split", () => {
  const split = (keys: readonly string[]): IncidentCommand => ({
    type: "split",
    ...asked(6),
    into: "INC-003",
    reason: "another cause",
    keys,
  });

  it("gives away what came with a merge", () => {
    const two = { ...followed, key: "cart/burn" };
    const commands = [absorb([followed, two]), split(["search/burn"])];
    const { state, events } = incidentAfter(declareFromAlert(), ...commands);
    expect(state.followed).toEqual([two]);
    expect(state.links.at(-1)).toMatchObject({ kind: "incident", id: "INC-003", relation: "split off", by: "ada" });
    expect(incidentTimeline(events).at(-1)?.text).toBe("Split off INC-003 with search/burn: another cause");
    expect(words(split([]))).toBe("Split off INC-003: another cause");
  });

  it("keeps the alert that opened it, and gives away nothing foreign", () => {
    expect(refusal(split(["payments-availability/burn"]))).toEqual({
      code: "foreign-alert",
      expectedKey: undefined,
      foundKey: "payments-availability/burn",
      message:
        "payments-availability/burn opened INC-001 and stays with it; none came with a merge or with a group. Split without it.",
    });
    expect(refusal(split(["search/burn", "payments-availability/burn"]), absorb())).toMatchObject({
      expectedKey: "search/burn",
      message: expect.stringContaining("what can go is search/burn. Split"),
    });
    expect(refusal(split(["nobody/burn"]), absorb())).toMatchObject({
      code: "foreign-alert",
      expectedKey: "payments-availability/burn",
      message: expect.stringContaining("INC-001 is about the alert payments-availability/burn, not nobody/burn"),
    });
    expect(refusal({ ...split([]), into: "INC-001" } as IncidentCommand)).toMatchObject({
      message: "INC-001 can not be split into itself. Name another incident.",
    });
  });

  it("begins the other with a link back, which absorbing does not repeat", () => {
    const declare: IncidentCommand = {
      type: "declare",
      ...asked(6),
      incidentId: "INC-003",
      origin: { kind: "person", title: "Search", severity: "SEV3", service: "search", splitFrom: "INC-001" },
    };
    const { state, events } = incidentAfter(declare, { ...absorb(), from: "INC-001" } as IncidentCommand);
    expect(state).toMatchObject({ splitFrom: "INC-001", followed: [followed] });
    expect(state.links).toEqual([
      { kind: "incident", id: "INC-001", relation: "split from it", atMs: at(6), by: "ada" },
    ]);
    expect(incidentTimeline(events)[0]?.text).toBe(
      "SEV3 declared (chosen by whoever declared it), split from INC-001: Search",
    );
    const unlinked = { ...state, links: [] };
    const absorbed = events[1];
    if (absorbed === undefined) throw new Error("it absorbed");
    expect(evolveIncident(unlinked, absorbed).links[0]?.relation).toBe("split from it");
  });
});
