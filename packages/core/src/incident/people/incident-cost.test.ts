import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, incidentAfter, MINUTE_MS, shareOf, START_MS } from "../alert.fixture.js";
import type { IncidentCommand } from "../incident-command.js";
import { incidentCost } from "./incident-cost.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
let causes = 0;
const asked = (minutes: number, actor = "ada") => ({ atMs: at(minutes), actor, causeId: `c-${(causes += 1)}` });
const acknowledge = (minutes: number, actor = "ada"): IncidentCommand => ({
  type: "acknowledge",
  ...asked(minutes, actor),
});
const assign = (minutes: number, person: string, role: "commander" | "responder" = "responder"): IncidentCommand => ({
  type: "assign-role",
  ...asked(minutes),
  role,
  person,
});
const recover = (minutes: number): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes, "engine"),
  alert: alertAt("alert.resolved", at(minutes)),
});
const reopen = (minutes: number): IncidentCommand => ({ type: "reopen", ...asked(minutes), reason: "again" });

function cost(nowMinutes: number, ...commands: readonly IncidentCommand[]) {
  const { people, totalMs } = incidentCost(
    incidentAfter(declareFromAlert(), ...commands).state,
    at(nowMinutes),
    shareOf(0),
  );
  const minutes = people.map(({ durationMs, person, stretches }) => [
    person,
    durationMs / MINUTE_MS,
    ...stretches.map(({ fromMs, toMs }) => `${(fromMs - START_MS) / MINUTE_MS}-${(toMs - START_MS) / MINUTE_MS}`),
  ]);
  return { minutes, total: totalMs / MINUTE_MS };
}

describe("what an incident costs in people's time", () => {
  it("is nothing while nobody is on it", () => {
    expect(cost(60)).toEqual({ minutes: [], total: 0 });
  });

  it("is from an answer on, until it is taken back or the incident is resolved", () => {
    expect(cost(60, acknowledge(5))).toEqual({ minutes: [["ada", 55, "5-60"]], total: 55 });
    expect(cost(60, acknowledge(5), recover(20))).toEqual({ minutes: [["ada", 15, "5-20"]], total: 15 });
    const back: IncidentCommand = { type: "unacknowledge", ...asked(9), reason: "gone" };
    expect(cost(60, acknowledge(5), back, acknowledge(12, "bob"), recover(20)).minutes).toEqual([
      ["bob", 8, "12-20"],
      ["ada", 4, "5-9"],
    ]);
  });

  it("counts each stretch once a person, whatever they are in it", () => {
    const life = [acknowledge(5), assign(7, "ada", "commander"), assign(8, "bob"), assign(10, "ada"), recover(20)];
    expect(cost(60, ...life)).toEqual({
      minutes: [
        ["ada", 15, "5-20"],
        ["bob", 12, "8-20"],
      ],
      total: 27,
    });
  });

  it("knows a person by their name, whatever token acted for them and however it is spelled", () => {
    const life = [acknowledge(5, "Ana (token local)"), assign(8, "ana"), assign(9, "bob (ci (token x))"), recover(20)];
    expect(cost(60, ...life)).toEqual({
      minutes: [
        ["ana", 15, "5-20"],
        ["bob", 11, "9-20"],
      ],
      total: 26,
    });
    expect(cost(60, acknowledge(5, "Ana (token local)"), recover(20)).minutes).toEqual([["Ana", 15, "5-20"]]);
  });

  it("stands still while the incident is resolved, though a role goes on; an answer does not", () => {
    const life = [acknowledge(2, "eve"), assign(4, "bob"), recover(10), reopen(30)];
    expect(cost(40, ...life).minutes).toEqual([
      ["bob", 16, "4-10", "30-40"],
      ["eve", 8, "2-10"],
    ]);
  });

  it("is nothing for an answer in the instant of the end", () => {
    expect(cost(60, acknowledge(10), recover(10))).toEqual({ minutes: [], total: 0 });
  });

  it("ends with a role, and with the merge", () => {
    const release: IncidentCommand = {
      type: "release-role",
      ...asked(9),
      role: "responder",
      person: "bob",
      reason: "off",
    };
    expect(cost(60, assign(4, "bob"), release).minutes).toEqual([["bob", 5, "4-9"]]);
    const merge: IncidentCommand = { type: "merge", ...asked(30), into: "INC-002", reason: "same" };
    expect(cost(60, assign(4, "bob"), merge).minutes).toEqual([["bob", 26, "4-30"]]);
  });

  it("is nobody's where the engine answers, and orders equals by name", () => {
    expect(cost(60, acknowledge(5, "engine"), assign(6, "zoe"), assign(6, "bob"), assign(6, "eve")).minutes).toEqual([
      ["bob", 54, "6-60"],
      ["eve", 54, "6-60"],
      ["zoe", 54, "6-60"],
    ]);
  });

  it("joins stretches that touch and keeps those that do not apart", () => {
    const release = (minutes: number): IncidentCommand => ({
      type: "release-role",
      ...asked(minutes),
      role: "responder",
      person: "bob",
      reason: "off",
    });
    const touching = [assign(4, "bob"), release(9), assign(9, "bob"), release(12), assign(20, "bob"), release(21)];
    expect(cost(60, ...touching).minutes).toEqual([["bob", 9, "4-12", "20-21"]]);
    const nested = [assign(4, "bob"), assign(5, "bob", "commander"), release(9)];
    expect(cost(10, ...nested).minutes).toEqual([["bob", 6, "4-10"]]);
  });

  it("comes with what it took of the budget", () => {
    const { state } = incidentAfter(declareFromAlert());
    expect(incidentCost(state, at(10), shareOf(100)).budget).toEqual(shareOf(100));
  });
});
