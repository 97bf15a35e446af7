import { describe, expect, it } from "vitest";
import { declareFromAlert, incidentAfter, MINUTE_MS, START_MS } from "../incident/alert.fixture.js";
import { declareFromExternal } from "../incident/external/external.fixture.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import { incidentNotification } from "./incident-notification.js";

let causes = 0;
const asked = () => ({ atMs: START_MS + MINUTE_MS, actor: "ada", causeId: `c-${(causes += 1)}` });

function told(first: IncidentCommand, ...commands: readonly IncidentCommand[]) {
  const { state, events } = incidentAfter(first, ...commands);
  const last = events.at(-1);
  if (last === undefined) throw new Error("something happened");
  const notification = incidentNotification(last, state, { eventId: "e" });
  return notification && [notification.urgency, notification.text];
}

describe("what people are told of an incident", () => {
  const acknowledge: IncidentCommand = { type: "acknowledge", ...asked() };

  it("is its alert's words, whoever raised it", () => {
    expect(told(declareFromAlert())).toEqual(["page", "payments-availability pages: 33x over 1 h against 14.4x."]);
    expect(told(declareFromExternal())).toEqual(["page", "Half of all cards are refused."]);
  });

  it.each<[readonly IncidentCommand[], readonly string[]]>([
    [
      [acknowledge, { type: "unacknowledge", ...asked(), reason: "the reminder went unanswered" }],
      ["page", "Nobody answers for it any more: the reminder went unanswered"],
    ],
    [
      [
        acknowledge,
        { type: "start-mitigation", ...asked(), text: "rolling back" },
        { type: "confirm-mitigation", ...asked(), text: "v1 serves" },
      ],
      ["info", "Mitigated: v1 serves"],
    ],
    [
      [
        { type: "assign-role", ...asked(), role: "commander", person: "ada" },
        { type: "hand-over", ...asked(), role: "commander", to: "bob", handedOver: "the rollback" },
      ],
      ["info", "bob takes over as commander from ada: the rollback"],
    ],
    [
      [{ type: "update-status", ...asked(), audience: "public", text: "We know" }],
      ["info", "Update for public: We know"],
    ],
    [
      [{ type: "merge", ...asked(), into: "INC-002", reason: "the same outage" }],
      ["info", "Merged into INC-002: the same outage"],
    ],
  ])("is said in a line: %#", (commands, said) => {
    expect(told(declareFromAlert(), ...commands)).toEqual(said);
  });

  it("is nothing where nobody needs to know at once", () => {
    expect(
      told(declareFromAlert(), { type: "assign-role", ...asked(), role: "scribe", person: "bob" }),
    ).toBeUndefined();
    expect(told(declareFromAlert(), acknowledge, { type: "start-mitigation", ...asked(), text: "x" })).toBeUndefined();
  });
});
