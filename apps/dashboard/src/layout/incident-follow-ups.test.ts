import { describe, expect, it } from "vitest";
import type { IncidentDetail } from "../api/answers.js";
import { ADD_ACTION, assignRole, dutyActions, itemActions, LINK_ACTIONS, mergeInto } from "./incident-follow-ups.js";

const at = "2026-11-21T10:00:00.000Z";
const incident = (changes: Partial<IncidentDetail>) =>
  ({ id: "INC-001", status: "declared", moves: ["merge"], alerts: [], ...changes }) as unknown as IncidentDetail;

describe("roles", () => {
  const duty = (role: "commander" | "responder", to?: string) => ({
    role,
    person: "ann",
    from: at,
    ...(to === undefined ? {} : { to }),
  });

  it("that somebody has are not offered again, but for responders, of whom there may be several", () => {
    const offered = (roles: IncidentDetail["roles"]) => assignRole({ roles }).fields[0];
    expect(offered([duty("commander"), duty("responder")])).toMatchObject({
      choices: ["communications", "scribe", "responder"],
    });
    expect(offered([duty("commander", at)])).toMatchObject({
      choices: ["commander", "communications", "scribe", "responder"],
    });
  });

  it("are handed over by whoever has them, and by nobody once they are over", () => {
    const [handOver, end] = dutyActions(duty("commander"));
    expect(handOver?.body?.({ to: "ben", handedOver: "the rollback" }, 0)).toEqual({
      role: "commander",
      from: "ann",
      to: "ben",
      handedOver: "the rollback",
    });
    expect(end?.body?.({ reason: "off to bed" }, 0)).toEqual({
      role: "commander",
      person: "ann",
      reason: "off to bed",
    });
    expect(dutyActions(duty("commander", at))).toEqual([]);
  });

  it("are not given once the incident is closed", () => {
    expect(assignRole({ roles: [] }).whyNot(incident({ status: "closed" }))).toBe("It is closed, which is final.");
  });
});

it("a link says of which kind it is", () => {
  expect(LINK_ACTIONS.map(({ body }) => body?.({ id: "x", relation: "y" }, 0))).toEqual([
    { kind: "incident", id: "x", relation: "y" },
    { kind: "alert", id: "x", relation: "y" },
    { kind: "change", id: "x", relation: "y" },
  ]);
});

describe("a merge", () => {
  const why = (changes: Partial<IncidentDetail>, others = 1) =>
    mergeInto(incident({}), others).whyNot(incident(changes));

  it("is there while the incident is open, and another one is", () => {
    expect(why({})).toBeUndefined();
    expect(why({}, 0)).toBe("No other incident is open.");
    expect(why({ status: "resolved", moves: ["reopen"] })).toBe("It is resolved: only an open incident can be merged.");
    expect(why({ status: "closed", mergedInto: "INC-002" })).toBe("It was merged into INC-002: work there.");
  });

  it("says what it comes to before it is done", () => {
    const alert = { key: "k", status: "firing" };
    const consequences = (alerts: IncidentDetail["alerts"]) =>
      mergeInto(incident({}), 1).confirm?.({ into: "INC-002", reason: "the same" }, incident({ alerts }));
    expect(consequences([])).toEqual({
      question: "Merge INC-001 into INC-002?",
      consequences: [
        "INC-001 is closed for good, and nobody is called about it any more. Its timeline, roles and action items stay with it.",
        "INC-002 goes on as it is: INC-001 has no alerts that it could take.",
        "This can not be taken back.",
      ],
      yes: "Merge",
    });
    expect(consequences([alert])?.consequences[1]).toContain("takes its alert:");
    expect(consequences([alert, alert])?.consequences[1]).toContain("takes its 2 alerts:");
  });
});

describe("an action item", () => {
  const item = {
    id: "A1",
    title: "Test the rollback",
    owner: "ann",
    priority: "P1",
    due: "2026-12-01T12:30:00.000Z",
    addedAt: at,
    status: "open",
  } as const;
  const labels = (status: "open" | "done" | "dropped") => itemActions({ ...item, status }).map(({ label }) => label);

  it("is due by the end of its day, in UTC", () => {
    const filled = { title: "Test", owner: "ann", priority: "P0", due: "2026-12-01" };
    expect(ADD_ACTION.body?.(filled, 0)).toEqual({ ...filled, due: "2026-12-01T23:59:59Z" });
  });

  it("keeps its hour when it is changed on another account", () => {
    const change = itemActions(item)[1];
    const filled = { title: "Test it", owner: "ben", priority: "P1", due: "2026-12-01", reason: "ann is away" };
    expect(change?.initial).toMatchObject({ owner: "ann", due: "2026-12-01" });
    expect(change?.body?.(filled, 0)).toEqual({ actionId: "A1", ...filled, due: item.due });
    expect(change?.body?.({ ...filled, due: "2026-12-02" }, 0)).toMatchObject({ due: "2026-12-02T23:59:59Z" });
  });

  it("is done, changed or dropped while it is open", () => {
    expect([labels("open"), labels("done"), labels("dropped")]).toEqual([["Done", "Change", "Drop"], [], []]);
  });
});
