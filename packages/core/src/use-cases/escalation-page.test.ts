import { describe, expect, it } from "vitest";
import { called, lead } from "../on-call/escalation/escalation.fixture.js";
import type { EscalationState } from "../on-call/escalation/escalation.js";
import { isMessageWanted } from "./escalation-page.js";

const MINUTE_MS = 60_000;
const POLICY = { acknowledgement: { remindAfterMs: 10 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS } };

function started() {
  const one = lead();
  one.start(POLICY);
  one.wake(0);
  return one;
}

/** Which pages of an escalation are still wanted, of one of each kind. */
const wanted = (state: EscalationState | undefined) =>
  ["1/1/1", "1/1/fallback", "1/reminder/3", "1/stakeholders/1", "1/update/4"].filter((page) =>
    isMessageWanted(`page/INC-001/${page}/ada/sms`, () => state),
  );

describe("a message of an escalation that could not be told yet", () => {
  it("is wanted while nobody has answered, but for a reminder", () => {
    expect(wanted(started().state)).toEqual(["1/1/1", "1/1/fallback", "1/stakeholders/1", "1/update/4"]);
  });

  it("is not wanted once somebody has acknowledged, but for words to stakeholders and a reminder without an answer", () => {
    const one = started();
    one.ask(1, { type: "acknowledge" });
    expect(wanted(one.state)).toEqual(["1/stakeholders/1", "1/update/4"]);
    one.wake(11, { acknowledger: called("ada").people });
    expect(wanted(one.state)).toEqual(["1/reminder/3", "1/stakeholders/1", "1/update/4"]);
    one.ask(12, { type: "confirm" });
    expect(wanted(one.state)).toEqual(["1/stakeholders/1", "1/update/4"]);
    one.ask(13, { type: "unacknowledge", reason: "x" });
    expect(wanted(one.state)).toEqual(["1/1/1", "1/1/fallback", "1/stakeholders/1", "1/update/4"]);
  });

  it("is not wanted after the end, nor in a later round, but for what a person wrote", () => {
    const one = started();
    one.ask(1, { type: "end", reason: "resolved" });
    expect(wanted(one.state)).toEqual(["1/update/4"]);
    one.start(POLICY);
    expect(wanted(one.state)).toEqual(["1/update/4"]);
    expect(isMessageWanted("page/INC-001/2/1/1/ada/sms", () => one.state)).toBe(true);
  });

  it("is found by the incident that it tells of, whatever is in its id", () => {
    const asked: string[] = [];
    const find = (incidentId: string): undefined => void asked.push(incidentId);
    expect(isMessageWanted("page/a%2Fb%252F%2B/1/1/1/x%2Fy/sms:%2B49+60000", find)).toBe(true);
    expect(isMessageWanted("page/%E0/1/1/1/ada/sms", find)).toBe(true);
    expect(asked).toEqual(["a/b%2F+", "%E0"]);
  });

  it.each([
    "INC-001@3/chat",
    "news/INC-001/3/sms",
    "page/INC-001/1/1/1/ada/sms/retry",
    "digest/page/INC-001/1/1/1/ada/sms",
  ])("is not meant by %s, which is wanted in any case", (id) => {
    const one = started();
    one.ask(1, { type: "end", reason: "resolved" });
    expect(isMessageWanted(id, () => one.state)).toBe(true);
  });
});
