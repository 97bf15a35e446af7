import { describe, expect, it } from "vitest";
import type { Json } from "../../errors/json.js";
import { called, lead, MINUTE_MS, START_MS } from "./escalation.fixture.js";
import { parseEscalationEvent } from "./parse-escalation-event.js";

const stored = (type: string, data: Json) => ({
  stream: "escalation/INC-001",
  version: 3,
  type,
  atMs: 5,
  actor: "ada",
  data,
});

describe("an escalation's event", () => {
  it("comes back from the store as it was, of every type", () => {
    const one = lead();
    const person = { kind: "person", personId: "boss" } as const;
    one.start({
      repeat: 0,
      steps: [
        {
          targets: [
            { kind: "team", teamId: "core", members: "in-turn" },
            { kind: "schedule", scheduleId: "primary" },
          ],
          delayMs: MINUTE_MS,
          conditions: [
            { kind: "severity", anyOf: ["SEV1"] },
            {
              kind: "time",
              within: {
                weekdays: [6],
                daysOfMonth: [-1],
                months: [1],
                times: [{ start: "09:00", end: "17:00" }],
                zone: "UTC",
              },
            },
            { kind: "pass", from: 1, to: 1 },
            { kind: "pass", from: 1 },
          ],
        },
      ],
      stakeholders: [{ targets: [person], afterMs: 0, severities: ["SEV1"] }],
      acknowledgement: { remindAfterMs: MINUTE_MS, answerWithinMs: MINUTE_MS },
    });
    const reached = {
      people: [{ personId: "ada", sends: [{ notifier: "sms", address: "+49", afterMs: 0 }] }],
      turns: ["core"],
    };
    one.wake(0, { steps: [reached] });
    one.ask(0, { type: "undelivered", page: "1/1/1" });
    one.wake(0);
    one.wake(1);
    one.ask(1, { type: "tell-stakeholders", fence: one.state?.stakeholderWake?.fence ?? -1, called: called("boss") });
    one.ask(1, { type: "update-stakeholders", text: "soon", called: called("boss") });
    one.ask(2, { type: "acknowledge" });
    one.wake(3, { acknowledger: called("ada").people });
    one.ask(3, { type: "confirm" });
    one.ask(3, { type: "unacknowledge", reason: "x" });
    one.wake(3, { steps: [] });
    one.ask(3, { type: "escalate", reason: "x" });
    one.wake(3);
    expect(one.events.at(-1)).toHaveProperty("data.asked");
    one.ask(3, { type: "change-severity", severity: "SEV2" });
    one.ask(3, { type: "pause", untilMs: START_MS + 9 * MINUTE_MS, reason: "x" });
    one.ask(4, { type: "resume" });
    one.ask(4, { type: "hear" });
    one.ask(5, { type: "end", reason: "closed" });
    expect(new Set(one.events.map(({ type }) => type)).size).toBe(18);
    for (const event of one.events) {
      const { type, atMs, actor, data } = event;
      const row = {
        stream: "escalation/INC-001",
        version: 1,
        type,
        atMs,
        actor,
        data: JSON.parse(JSON.stringify(data)) as Json,
      };
      expect(parseEscalationEvent(row)).toEqual({ ok: true, value: event });
    }
  });

  it("that is none is an error that names its place and what is wrong there", () => {
    expect(parseEscalationEvent(stored("escalation.exhausted", { passes: "two" }))).toEqual({
      ok: false,
      error: {
        code: "unreadable-event",
        message:
          "Event 3 of the stream escalation/INC-001 cannot be read as escalation.exhausted: at data.passes, Invalid input: expected number, received string. " +
          "Read it with the version that wrote it, or repair the event.",
      },
    });
    const two = parseEscalationEvent(stored("escalation.ended", {}));
    expect(two.ok ? "" : two.error.message).toMatch(/at data\.reason, .*; at data\.causeId, /u);
    expect(parseEscalationEvent(stored("escalation.postponed", {})).ok).toBe(false);
  });
});
