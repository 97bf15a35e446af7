import { describe, expect, it } from "vitest";
import { decideEscalation } from "./decide-escalation.js";
import { called, lead, MINUTE_MS, NOBODY, START_MS, TWO_STEPS, words } from "./escalation.fixture.js";

const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
const [FIRST, SECOND] = TWO_STEPS.steps;
if (FIRST === undefined || SECOND === undefined) throw new Error("two steps");

describe("an escalation", () => {
  it("fires step 1 at once and step k + 1 the delay of k after k fired, through every pass", () => {
    const one = lead();
    one.start();
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(0), fence: 1 });
    expect(words(one.wake(0))).toEqual(["step-fired 1/0"]);
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(5), fence: 2 });
    // Late by a minute: what follows is late too, and never hurried.
    expect(words(one.wake(6))).toEqual(["step-fired 1/1"]);
    expect(one.state?.wake?.dueAtMs).toBe(at(16));
    expect(words(one.wake(16))).toEqual(["step-fired 2/0"]);
    expect(words(one.wake(21))).toEqual(["step-fired 2/1"]);
    expect(words(one.wake(31))).toEqual(["exhausted"]);
    expect(one.state).toMatchObject({ status: "exhausted", next: { pass: 3, step: 0 } });
    expect(one.state?.wake).toBeUndefined();
    expect(one.events.at(-1)).toMatchObject({ actor: "engine", data: { passes: 2 } });
  });

  it("says whom it called, under a name for the call, and whose turn that took", () => {
    const one = lead();
    one.start();
    const whom = { people: called("ada", "bob").people, turns: ["team"] };
    one.wake(0, { steps: [whom, NOBODY] });
    expect(one.events.at(-1)?.data).toEqual({ page: "1/1/1", pass: 1, step: 0, ...whom });
  });

  it("is started once, whatever comes again, and keeps the policy that it was started with", () => {
    const one = lead();
    one.start();
    one.start({ repeat: 7 });
    expect(one.events).toHaveLength(1);
    expect(one.state?.policy).toEqual(TWO_STEPS);
    const again = { type: "acknowledge", causeId: "event-1" } as const;
    expect(words(one.ask(1, again))).toEqual(["acknowledged"]);
    expect(one.ask(2, again)).toEqual([]);
    expect(one.ask(2, { ...again, type: "unacknowledge", reason: "x" })).toEqual([]);
  });

  it("can do nothing before it is started, and says so", () => {
    const decided = decideEscalation(undefined, { type: "acknowledge", causeId: "c", atMs: 0, actor: "ada" });
    expect(decided).toEqual({
      ok: false,
      error: {
        code: "not-started",
        command: "acknowledge",
        message: "There is no escalation that could acknowledge: nothing has started one for this incident.",
      },
    });
  });

  it("begins a new round when it is started after its end, and only by a new cause", () => {
    const one = lead();
    one.start();
    one.wake(0);
    expect(words(one.ask(1, { type: "end", reason: "resolved" }))).toEqual(["ended"]);
    expect(one.state).toMatchObject({ status: "ended", causes: ["cause-1", "cause-3"] });
    expect(one.state?.wake).toBeUndefined();
    const start = {
      type: "start",
      incidentId: "INC-001",
      service: "checkout",
      severity: "SEV2",
      policy: TWO_STEPS,
    } as const;
    expect(one.ask(2, { ...start, causeId: "cause-1" })).toEqual([]);
    expect(words(one.ask(0, { ...start, causeId: "reopened" }))).toEqual(["started"]);
    // Never before the event that precedes it, whatever the clock says.
    expect(one.events.at(-1)).toMatchObject({ atMs: at(1), data: { round: 2, severity: "SEV2" } });
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(1), fence: 4 });
    one.wake(1);
    expect(one.events.at(-1)?.data).toMatchObject({ page: "2/1/1" });
  });

  it("refuses a timer for what it does not wait for, and one that is early", () => {
    const one = lead();
    one.start();
    one.wake(0);
    const people = { steps: [called("ada")], fallback: NOBODY, acknowledger: [] };
    for (const fence of [1, 3]) expect(one.ask(5, { type: "wake", fence, ...people })).toBe("stale-fence");
    expect(one.wake(5 - 1 / MINUTE_MS)).toBe("not-due");
    expect(decideEscalation(one.state, { type: "wake", fence: 1, ...people, atMs: at(5), actor: "engine" })).toEqual({
      ok: false,
      error: {
        code: "stale-fence",
        fence: 1,
        message: "The escalation of INC-001 does not wait for the timer with fence 1 any more; it is at version 2.",
      },
    });
    expect(
      decideEscalation(one.state, { type: "wake", fence: 2, ...people, atMs: at(4), actor: "engine" }),
    ).toMatchObject({
      error: { dueAtMs: at(5), message: "The timer came 60000 ms early; it comes again at its time." },
    });
    expect(words(one.wake(5))).toEqual(["step-fired 1/1"]);
  });
});

describe("a step that calls nobody", () => {
  it("is recorded and passed over at once: nobody on call, or nobody to be reached", () => {
    const one = lead();
    one.start();
    expect(words(one.wake(0, { steps: [NOBODY, called("lead")] }))).toEqual([
      "step-skipped 1/0 nobody",
      "step-fired 1/1",
    ]);
    const silent = { people: [{ personId: "ada", sends: [] }], turns: [] };
    expect(words(one.wake(10, { steps: [silent, called("lead")] }))).toEqual([
      "step-skipped 2/0 unreachable",
      "step-fired 2/1",
    ]);
    expect(one.state?.wake?.dueAtMs).toBe(at(20));
  });

  it("calls those of a step who can be reached", () => {
    const one = lead();
    one.start();
    const some = { people: [{ personId: "bob", sends: [] }, ...called("ada").people], turns: [] };
    expect(words(one.wake(0, { steps: [some] }))).toEqual(["step-fired 1/0"]);
  });

  it("ends a pass that had called somebody without the fallback", () => {
    const one = lead();
    one.start();
    one.wake(0, { steps: [called("ada"), NOBODY] });
    expect(words(one.wake(5, { steps: [called("ada"), NOBODY] }))).toEqual([
      "step-skipped 1/1 nobody",
      "step-fired 2/0",
    ]);
    expect(words(one.wake(10, { steps: [called("ada"), NOBODY] }))).toEqual(["step-skipped 2/1 nobody", "exhausted"]);
  });

  it("pages the fallback where a whole pass called nobody, says so, and comes again after the last step's delay", () => {
    const one = lead();
    one.start();
    const nobody = { steps: [NOBODY, NOBODY] };
    expect(words(one.wake(0, nobody))).toEqual([
      "step-skipped 1/0 nobody",
      "step-skipped 1/1 nobody",
      "fallback-paged 1",
    ]);
    expect(one.events.at(-1)?.data).toEqual({ page: "1/1/fallback", pass: 1, ...called("owner") });
    expect(one.state).toMatchObject({ calledPass: 1, next: { pass: 2, step: 0, dueAtMs: at(10) } });
    expect(words(one.wake(10, { ...nobody, fallback: NOBODY })).at(-1)).toBe("fallback-paged 2");
    expect(one.events.at(-1)?.data).toMatchObject({ people: [] });
    expect(words(one.wake(20))).toEqual(["exhausted"]);
  });

  it("is one that the command says nothing of, and a policy without steps is over at once", () => {
    const one = lead();
    one.start();
    expect(words(one.wake(0, { steps: [] })).at(-1)).toBe("fallback-paged 1");
    const empty = lead();
    empty.start({ steps: [] });
    expect(words(empty.wake(0))).toEqual(["exhausted"]);
  });
});

describe("a call of which every message was given up", () => {
  const undelivered = (page: string) => ({ type: "undelivered", page, actor: "engine" }) as const;

  it("makes the next step due at once, and says so once", () => {
    const one = lead();
    one.start();
    one.wake(0);
    expect(one.ask(1, undelivered("1/1/1"))).toEqual([
      {
        type: "escalation.call-undelivered",
        atMs: at(1),
        actor: "engine",
        data: { page: "1/1/1", causeId: "cause-3" },
      },
    ]);
    expect(one.state).toMatchObject({
      status: "escalating",
      calledPass: 0,
      openCalls: [],
      wake: { kind: "step", dueAtMs: at(1), fence: 3 },
    });
    expect(one.state).not.toHaveProperty("lastCall");
    // Told by the last message of another person too.
    expect(one.ask(1, undelivered("1/1/1"))).toEqual([]);
    expect(words(one.wake(1))).toEqual(["step-fired 1/1"]);
    expect(one.state).toMatchObject({ calledPass: 1, openCalls: ["1/1/2"], lastCall: "1/1/2" });
    // Not eleven: the pass is as long as if the first step had been waited for.
    expect(one.state?.wake?.dueAtMs).toBe(at(15));
  });

  it("pages the fallback after the last step of a pass that reached nobody, in every pass", () => {
    const one = lead();
    one.start();
    for (const [pass, minutes] of [
      [1, 0],
      [2, 15],
    ] as const) {
      one.wake(minutes);
      one.ask(minutes, undelivered(`1/${pass}/1`));
      one.wake(minutes);
      one.ask(minutes, undelivered(`1/${pass}/2`));
      expect(words(one.wake(minutes))).toEqual([`fallback-paged ${pass}`]);
      expect(one.events.at(-1)?.data).toEqual({ page: `1/${pass}/fallback`, pass, ...called("owner") });
      expect(one.state).toMatchObject({ calledPass: pass, openCalls: [], lastCall: `1/${pass}/fallback` });
    }
    expect(one.wake(30 - 1 / MINUTE_MS)).toBe("not-due");
    expect(words(one.wake(30))).toEqual(["exhausted"]);
  });

  it("pages the fallback before it is called exhausted, in a policy of one step", () => {
    const one = lead();
    one.start({ steps: [{ ...FIRST, delayMs: 30 * MINUTE_MS }], repeat: 0 });
    one.wake(0);
    one.ask(1, undelivered("1/1/1"));
    expect(words(one.wake(1, { steps: [called("ada")] }))).toEqual(["fallback-paged 1"]);
    expect(words(one.wake(31))).toEqual(["exhausted"]);
    expect(one.state?.wake).toBeUndefined();
  });

  it("leaves the next pass its time after a fallback that could not be reached either, and pages it once a pass", () => {
    const one = lead();
    one.start({ steps: [FIRST], repeat: 1 });
    one.wake(0);
    one.ask(0, undelivered("1/1/1"));
    one.wake(0);
    const { wake } = one.state ?? {};
    expect(words(one.ask(1, undelivered("1/1/fallback")))).toEqual(["call-undelivered"]);
    expect(one.state).toMatchObject({ calledPass: 1, openCalls: [] });
    // The timer that was set for it is good still.
    expect(one.state?.wake).toEqual({ ...wake, dueAtMs: at(5) });
    expect(one.wake(5 - 1 / MINUTE_MS)).toBe("not-due");
    expect(words(one.wake(5))).toEqual(["step-fired 2/0"]);
    one.ask(6, undelivered("1/2/1"));
    expect(words(one.wake(6))).toEqual(["fallback-paged 2"]);
    one.ask(6, undelivered("1/2/fallback"));
    // The fallback has the last step's time, which is longer here than what was left of the pass.
    expect(one.wake(11 - 1 / MINUTE_MS)).toBe("not-due");
    expect(words(one.wake(11))).toEqual(["exhausted"]);
  });

  it("does not use up the passes of hours within the minutes in which a channel refuses everything", () => {
    const one = lead();
    one.start({ steps: [{ ...FIRST, delayMs: 60 * MINUTE_MS }, SECOND], repeat: 9 });
    const fired: string[] = [];
    for (let minutes = 0; one.state?.status === "escalating" && minutes < 1000; minutes += 1) {
      for (;;) {
        const outcome = words(one.wake(minutes));
        if (outcome[0] === "not-due") break;
        fired.push(...outcome.map((word) => `${minutes}: ${word}`));
        if (one.state.lastCall === undefined) break;
        one.ask(minutes, undelivered(one.state.lastCall));
      }
    }
    const ofPass = (pass: number) =>
      ["step-fired N/0", "step-fired N/1", "fallback-paged N"].map(
        (word) => `${(pass - 1) * 70}: ${word.replace("N", String(pass))}`,
      );
    const passes = Array.from({ length: 10 }, (_, index) => ofPass(index + 1)).flat();
    expect(fired).toEqual([...passes, "700: exhausted"]);
  });

  it("does not page the fallback where another step of the pass may have reached somebody", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.wake(5);
    one.ask(6, undelivered("1/1/2"));
    expect(one.state).toMatchObject({ calledPass: 1, openCalls: ["1/1/1"] });
    // Whoever was reached has the time to answer that the steps add up to.
    expect(one.wake(15 - 1 / MINUTE_MS)).toBe("not-due");
    expect(words(one.wake(15))).toEqual(["exhausted"]);
  });

  it("pages the fallback at once where the earlier of two calls is the last to be given up", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.wake(5);
    one.ask(6, undelivered("1/1/2"));
    one.ask(7, undelivered("1/1/1"));
    expect(one.state?.wake?.dueAtMs).toBe(at(7));
    expect(words(one.wake(7))).toEqual(["fallback-paged 1"]);
    expect(words(one.wake(17))).toEqual(["exhausted"]);
  });

  it("leaves the next pass its time where the step that comes early calls nobody", () => {
    const one = lead();
    one.start({ steps: [FIRST, FIRST, SECOND], repeat: 0 });
    const steps = [called("ada"), called("bob"), NOBODY];
    one.wake(0, { steps });
    one.wake(5, { steps });
    one.ask(6, undelivered("1/1/2"));
    expect(words(one.wake(6, { steps }))).toEqual(["step-skipped 1/2 nobody"]);
    expect(one.state?.next).toEqual({ pass: 2, step: 0, dueAtMs: at(10), plannedAtMs: at(10) });
    expect(words(one.wake(10, { steps }))).toEqual(["exhausted"]);
  });

  it("holds back nobody whom a person asks for", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(0, undelivered("1/1/1"));
    one.wake(0);
    one.ask(1, { type: "escalate", reason: "more hands" });
    expect(words(one.wake(1))).toEqual(["step-fired 2/0"]);
    expect(one.state?.wake?.dueAtMs).toBe(at(6));
  });

  it("pages the fallback after the end, when the last of the messages is given up only then", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.wake(5);
    expect(words(one.wake(15))).toEqual(["exhausted"]);
    one.ask(16, undelivered("1/1/2"));
    expect(one.state).toMatchObject({ status: "exhausted", openCalls: ["1/1/1"] });
    one.ask(17, undelivered("1/1/1"));
    expect(one.state).toMatchObject({ status: "escalating", wake: { kind: "step", dueAtMs: at(17) } });
    expect(words(one.wake(17))).toEqual(["fallback-paged 1"]);
    expect(words(one.wake(27))).toEqual(["exhausted"]);
    // Nobody is left: it is noted, and nothing more comes.
    expect(words(one.ask(28, undelivered("1/1/fallback")))).toEqual(["call-undelivered"]);
    expect(one.state?.status).toBe("exhausted");
    expect(one.state?.wake).toBeUndefined();
  });

  it("leaves the time of the step that waits, where a later call has been made", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.wake(5);
    one.ask(6, undelivered("1/1/1"));
    expect(one.state).toMatchObject({ openCalls: ["1/1/2"], lastCall: "1/1/2", calledPass: 1 });
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(15), fence: 3 });
  });

  it("says nothing any more of a pass that another has followed, nor of what was never called", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.wake(5);
    one.wake(15);
    expect(one.state).toMatchObject({ calledPass: 2, openCalls: ["1/2/1"] });
    expect(one.ask(16, undelivered("1/1/1"))).toEqual([]);
    expect(one.ask(16, undelivered("1/reminder/2"))).toEqual([]);
  });

  it("counts for what comes later while somebody answers, and the end is the end", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.ask(1, { type: "acknowledge" });
    one.ask(2, undelivered("1/1/1"));
    expect(one.state).toMatchObject({ status: "acknowledged", openCalls: [] });
    expect(one.state?.wake).toBeUndefined();
    one.ask(3, { type: "unacknowledge", reason: "called away" });
    expect(words(one.wake(3))).toEqual(["step-fired 1/1"]);
    one.ask(4, undelivered("1/1/2"));
    expect(words(one.wake(4))).toEqual(["fallback-paged 1"]);
    one.ask(5, { type: "end", reason: "resolved" });
    expect(one.ask(5, undelivered("1/1/fallback"))).toBe("not-allowed");
  });

  it("waits for the end of a pause, and is due with it", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(1, { type: "pause", untilMs: at(3), reason: "planned work" });
    one.ask(2, undelivered("1/1/1"));
    expect(one.state?.wake).toMatchObject({ kind: "resume", dueAtMs: at(3) });
    expect(words(one.wake(3))).toEqual(["resumed", "step-fired 1/1"]);
  });

  it("is no reason for a fallback where the passes begin anew", () => {
    const one = lead();
    one.start({ repeat: 0 }, "SEV2");
    one.wake(0);
    one.ask(1, undelivered("1/1/1"));
    one.wake(1);
    one.ask(1, undelivered("1/1/2"));
    one.ask(1, { type: "change-severity", severity: "SEV1" });
    expect(words(one.wake(1))).toEqual(["step-fired 2/0"]);
  });
});

describe("a step's conditions", () => {
  const conditional = (...conditions: NonNullable<typeof FIRST.conditions>) => ({
    steps: [{ ...FIRST, conditions }, SECOND],
  });

  it("are by severity", () => {
    for (const [severity, first] of [
      ["SEV2", "step-fired 1/0"],
      ["SEV3", "step-skipped 1/0 condition"],
    ] as const) {
      const one = lead();
      one.start(conditional({ kind: "severity", anyOf: ["SEV1", "SEV2"] }), severity);
      expect(words(one.wake(0))[0]).toBe(first);
    }
  });

  it("are by local time, when the step fires", () => {
    const saturdays = { weekdays: [6], times: [{ start: "13:00", end: "13:01" }], zone: "Europe/Berlin" };
    for (const [minutes, first] of [
      [0, "step-fired 1/0"],
      [1, "step-skipped 1/0 condition"],
    ] as const) {
      const one = lead();
      one.start(conditional({ kind: "time", within: saturdays }));
      expect(words(one.wake(minutes))[0]).toBe(first);
    }
  });

  it("are by the count of passes", () => {
    const one = lead();
    one.start({ ...conditional({ kind: "pass", from: 2, to: 2 }), repeat: 2 });
    expect(words(one.wake(0))).toEqual(["step-skipped 1/0 condition", "step-fired 1/1"]);
    expect(words(one.wake(10))).toEqual(["step-fired 2/0"]);
    expect(words(one.wake(15))).toEqual(["step-fired 2/1"]);
    expect(words(one.wake(25))[0]).toBe("step-skipped 3/0 condition");
    const open = lead();
    open.start({ ...conditional({ kind: "pass", from: 2 }), repeat: 2 });
    open.wake(0);
    expect(words(open.wake(10))[0]).toBe("step-fired 2/0");
    open.wake(15);
    expect(words(open.wake(25))[0]).toBe("step-fired 3/0");
  });

  it("must all hold", () => {
    const one = lead();
    one.start(conditional({ kind: "severity", anyOf: ["SEV1"] }, { kind: "pass", from: 2 }));
    expect(words(one.wake(0))[0]).toBe("step-skipped 1/0 condition");
  });

  it("that hold for no step of a pass page the fallback: when in doubt, somebody is called", () => {
    const one = lead();
    one.start({ steps: [{ ...FIRST, conditions: [{ kind: "severity", anyOf: ["SEV4"] }] }] });
    expect(words(one.wake(0))).toEqual(["step-skipped 1/0 condition", "fallback-paged 1"]);
    expect(one.state?.wake?.dueAtMs).toBe(at(5));
  });
});

describe("acknowledging", () => {
  it("stops it, and it waits for nothing where the policy asks for no reminder", () => {
    const one = lead();
    one.start();
    one.wake(0);
    const before = one.state?.wake?.fence;
    expect(words(one.ask(1, { type: "acknowledge", actor: "bob" }))).toEqual(["acknowledged"]);
    expect(one.state).toMatchObject({
      status: "acknowledged",
      acknowledged: { by: "bob", atMs: at(1), saidAtMs: at(1) },
    });
    expect(one.state?.wake).toBeUndefined();
    expect(one.ask(5, { type: "wake", fence: before ?? 0, steps: [], fallback: NOBODY, acknowledger: [] })).toBe(
      "stale-fence",
    );
  });

  it("is taken back by hand: the step that waited fires at once", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(1, { type: "acknowledge" });
    expect(words(one.ask(3, { type: "unacknowledge", reason: "wrong service" }))).toEqual(["unacknowledged"]);
    expect(one.events.at(-1)?.data).toMatchObject({ how: "person", reason: "wrong service" });
    expect(one.state).toMatchObject({ status: "escalating", wake: { kind: "step", dueAtMs: at(3), fence: 4 } });
    expect(one.state?.acknowledged).toBeUndefined();
    expect(words(one.wake(3))).toEqual(["step-fired 1/1"]);
  });

  it("is not taken back, nor confirmed, where nobody has acknowledged", () => {
    const one = lead();
    one.start();
    expect(one.ask(1, { type: "unacknowledge", reason: "x" })).toBe("not-allowed");
    expect(one.ask(1, { type: "confirm" })).toBe("not-allowed");
    expect(decideEscalation(one.state, { type: "confirm", causeId: "c", atMs: 0, actor: "ada" })).toMatchObject({
      error: {
        command: "confirm",
        status: "escalating",
        message: "The escalation of INC-001 is escalating, so that it cannot confirm.",
      },
    });
  });

  it("after the last pass stops it too, and taken back begins the passes anew", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.wake(0);
    one.wake(5);
    one.wake(15);
    expect(one.state?.status).toBe("exhausted");
    expect(words(one.ask(16, { type: "acknowledge" }))).toEqual(["acknowledged"]);
    one.ask(17, { type: "unacknowledge", reason: "x" });
    expect(one.state).toMatchObject({ firstPass: 2, lastPass: 2, next: { pass: 2, step: 0, dueAtMs: at(17) } });
    expect(words(one.wake(17))).toEqual(["step-fired 2/0"]);
    one.wake(22);
    expect(words(one.wake(32))).toEqual(["exhausted"]);
    expect(one.events.at(-1)?.data).toEqual({ passes: 1 });
  });
});

describe("the reminder of whoever acknowledged", () => {
  const reminding = { acknowledgement: { remindAfterMs: 30 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS } };

  it("asks them, and goes on escalating at once when there is no answer", () => {
    const one = lead();
    one.start(reminding);
    one.wake(0);
    one.ask(1, { type: "acknowledge", actor: "bob" });
    expect(one.state?.wake).toEqual({ kind: "reminder", dueAtMs: at(31), fence: 3 });
    const { people: acknowledger } = called("bob");
    expect(words(one.wake(31, { acknowledger }))).toEqual(["reminded"]);
    expect(one.events.at(-1)?.data).toEqual({ page: "1/reminder/3", people: acknowledger, turns: [] });
    expect(one.state?.wake).toEqual({ kind: "no-answer", dueAtMs: at(36), fence: 4 });
    expect(words(one.wake(36))).toEqual(["unacknowledged", "step-fired 1/1"]);
    expect(one.events.at(-2)).toMatchObject({
      actor: "engine",
      data: { how: "no-answer", reason: "the reminder was not answered in time", causeId: "wake@4" },
    });
    expect(one.state).toMatchObject({ status: "escalating", wake: { dueAtMs: at(46) } });
  });

  it("is answered by a confirmation or by acknowledging again, also by somebody else, and comes again", () => {
    const one = lead();
    one.start(reminding);
    one.wake(0);
    one.ask(1, { type: "acknowledge", actor: "bob" });
    one.wake(31);
    expect(words(one.ask(33, { type: "confirm", actor: "bob" }))).toEqual(["confirmed"]);
    expect(one.state).toMatchObject({ acknowledged: { by: "bob", atMs: at(1), saidAtMs: at(33) } });
    expect(one.state?.wake).toEqual({ kind: "reminder", dueAtMs: at(63), fence: 5 });
    expect(words(one.ask(40, { type: "acknowledge", actor: "eve" }))).toEqual(["confirmed"]);
    expect(one.state).toMatchObject({ acknowledged: { by: "eve" }, wake: { kind: "reminder", dueAtMs: at(70) } });
  });
});

describe("escalating by hand", () => {
  it("brings the next step forward, also past whoever has acknowledged", () => {
    const one = lead();
    one.start();
    one.wake(0);
    expect(words(one.ask(1, { type: "escalate", reason: "need help" }))).toEqual(["hastened"]);
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(1), fence: 3 });
    expect(words(one.wake(1))).toEqual(["step-fired 1/1"]);
    one.ask(2, { type: "acknowledge" });
    one.ask(3, { type: "escalate", reason: "need help" });
    expect(one.state).toMatchObject({ status: "escalating", wake: { dueAtMs: at(3) } });
    expect(words(one.wake(3))).toEqual(["step-fired 2/0"]);
  });
});

describe("a change of severity", () => {
  it("for the worse begins the passes anew, at once; a pass that called somebody is not counted again", () => {
    const one = lead();
    one.start({}, "SEV3");
    one.wake(0);
    expect(words(one.ask(2, { type: "change-severity", severity: "SEV2" }))).toEqual(["severity-changed"]);
    expect(one.events.at(-1)?.data).toMatchObject({ from: "SEV3", to: "SEV2" });
    expect(one.state).toMatchObject({
      severity: "SEV2",
      firstPass: 2,
      lastPass: 3,
      wake: { dueAtMs: at(2), fence: 3 },
    });
    expect(words(one.wake(2))).toEqual(["step-fired 2/0"]);
  });

  it("for the worse uses a pass in which nobody was called yet, and brings back what was over", () => {
    const one = lead();
    one.start({ repeat: 0 }, "SEV3");
    one.ask(0, { type: "change-severity", severity: "SEV2" });
    expect(one.state).toMatchObject({ firstPass: 1, lastPass: 1, next: { pass: 1, step: 0 } });
    one.wake(0);
    one.wake(5);
    one.wake(15);
    one.ask(20, { type: "change-severity", severity: "SEV1" });
    expect(one.state).toMatchObject({ status: "escalating", firstPass: 2, lastPass: 2, wake: { dueAtMs: at(20) } });
  });

  it("for the better, to the same, or while somebody is on it leaves the steps as they are", () => {
    const one = lead();
    one.start();
    one.wake(0);
    const { wake } = one.state ?? {};
    expect(one.ask(1, { type: "change-severity", severity: "SEV1" })).toEqual([]);
    one.ask(1, { type: "change-severity", severity: "SEV3" });
    expect(one.state).toMatchObject({ severity: "SEV3", wake });
    one.ask(2, { type: "acknowledge" });
    one.ask(3, { type: "change-severity", severity: "SEV1" });
    expect(one.state).toMatchObject({ severity: "SEV1", status: "acknowledged", next: { pass: 1, step: 1 } });
  });
});

describe("a pause", () => {
  it("holds every step until its end, and what fell due meanwhile fires then", () => {
    const one = lead();
    one.start();
    one.wake(0);
    expect(words(one.ask(1, { type: "pause", untilMs: at(60), reason: "maintenance" }))).toEqual(["paused"]);
    expect(one.state).toMatchObject({ paused: { untilMs: at(60), reason: "maintenance" } });
    expect(one.state?.wake).toEqual({ kind: "resume", dueAtMs: at(60), fence: 3 });
    expect(words(one.wake(60))).toEqual(["resumed", "step-fired 1/1"]);
    expect(one.state?.paused).toBeUndefined();
  });

  it("is ended by hand, and what is not due yet keeps its time", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(1, { type: "pause", untilMs: at(60), reason: "maintenance" });
    expect(words(one.ask(3, { type: "resume" }))).toEqual(["resumed"]);
    expect(one.state?.wake).toEqual({ kind: "step", dueAtMs: at(5), fence: 4 });
    expect(one.ask(4, { type: "resume" })).toEqual([]);
  });

  it("that is over before it began is none", () => {
    const one = lead();
    one.start();
    expect(one.ask(1, { type: "pause", untilMs: at(1), reason: "x" })).toEqual([]);
    expect(words(one.ask(1, { type: "pause", untilMs: at(1) + 1, reason: "x" }))).toEqual(["paused"]);
  });

  it("over before the next step is due fires nothing, and gives whoever acknowledged their time anew", () => {
    const one = lead();
    one.start({ acknowledgement: { remindAfterMs: 30 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS } });
    one.wake(0);
    one.ask(1, { type: "pause", untilMs: at(3), reason: "x" });
    expect(words(one.wake(3))).toEqual(["resumed"]);
    one.ask(4, { type: "acknowledge", actor: "bob" });
    one.wake(34);
    one.ask(35, { type: "pause", untilMs: at(100), reason: "x" });
    expect(words(one.wake(100))).toEqual(["resumed"]);
    expect(one.state).toMatchObject({
      status: "acknowledged",
      acknowledged: { by: "bob", atMs: at(4), saidAtMs: at(100) },
    });
    expect(one.state?.wake).toMatchObject({ kind: "reminder", dueAtMs: at(130) });
  });

  it("is ended by whoever asks for the next people, who are called at once", () => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(1, { type: "pause", untilMs: at(60), reason: "maintenance" });
    const asked = one.ask(2, { type: "escalate", reason: "it is worse", causeId: "worse" });
    const by = { atMs: at(2), actor: "ada" };
    expect(asked).toEqual([
      { type: "escalation.resumed", ...by, data: { causeId: "worse" } },
      { type: "escalation.hastened", ...by, data: { reason: "it is worse", causeId: "worse" } },
    ]);
    expect(one.state).toMatchObject({
      hastened: { by: "ada", reason: "it is worse" },
      wake: { kind: "step", dueAtMs: at(2) },
    });
    expect(one.state?.paused).toBeUndefined();
    expect(one.ask(2, { type: "escalate", reason: "it is worse", causeId: "worse" })).toEqual([]);
    expect(words(one.wake(2))).toEqual(["step-fired 1/1"]);
    expect(one.events.at(-1)?.data).toEqual({
      page: "1/1/2",
      pass: 1,
      step: 1,
      asked: { by: "ada", reason: "it is worse" },
      ...called("lead"),
    });
    expect(one.state?.hastened).toBeUndefined();
    one.wake(12);
    expect(one.events.at(-1)?.data).toEqual({ page: "1/2/1", pass: 2, step: 0, ...called("ada") });
  });

  it("ends with the escalation", () => {
    const one = lead();
    one.start();
    one.ask(1, { type: "pause", untilMs: at(60), reason: "x" });
    one.ask(2, { type: "end", reason: "closed" });
    expect(one.state).toMatchObject({ status: "ended" });
    expect([one.state?.paused, one.state?.wake]).toEqual([undefined, undefined]);
  });
});

describe("a person's wish for the next people", () => {
  it.each([
    ["acknowledged", { type: "acknowledge" }],
    ["paused again", { type: "pause", untilMs: START_MS + 9 * MINUTE_MS, reason: "x" }],
    ["over", { type: "end", reason: "resolved" }],
  ] as const)("is none any more once it is %s", (_what, command) => {
    const one = lead();
    one.start();
    one.wake(0);
    one.ask(1, { type: "escalate", reason: "x" });
    expect(one.state?.hastened).toEqual({ by: "ada", reason: "x" });
    one.ask(1, command);
    expect(one.state).not.toHaveProperty("hastened");
  });

  it("is met by the fallback, and by finding nobody left to call", () => {
    const one = lead();
    one.start({ repeat: 0 });
    one.ask(0, { type: "escalate", reason: "x" });
    expect(words(one.wake(0, { steps: [] }))).toEqual([
      "step-skipped 1/0 nobody",
      "step-skipped 1/1 nobody",
      "fallback-paged 1",
    ]);
    const asked = { by: "ada", reason: "x" };
    expect(one.events.at(-1)?.data).toEqual({ page: "1/1/fallback", pass: 1, asked, ...called("owner") });
    expect(one.state).not.toHaveProperty("hastened");
    const other = lead();
    other.start({ repeat: 0 });
    other.wake(0);
    other.ask(1, { type: "escalate", reason: "x" });
    expect(words(other.wake(1, { steps: [] }))).toEqual(["step-skipped 1/1 nobody", "exhausted"]);
    expect(other.events.at(-1)?.data).toEqual({ passes: 1, asked });
    expect(other.state).not.toHaveProperty("hastened");
  });
});

describe("an escalation that has ended", () => {
  it("ends again without a word, and does nothing else", () => {
    const one = lead();
    one.start();
    one.ask(1, { type: "end", reason: "resolved" });
    expect(one.ask(2, { type: "end", reason: "closed" })).toEqual([]);
    for (const command of [
      { type: "acknowledge" },
      { type: "confirm" },
      { type: "unacknowledge", reason: "x" },
      { type: "escalate", reason: "x" },
      { type: "change-severity", severity: "SEV2" },
      { type: "pause", untilMs: at(9), reason: "x" },
      { type: "resume" },
    ] as const)
      expect(one.ask(2, command)).toBe("not-allowed");
  });
});

describe("a cause that changes nothing", () => {
  it("is taken note of, in any status, and moves no timer", () => {
    const one = lead();
    one.start();
    one.wake(0);
    const { wake } = one.state ?? {};
    expect(words(one.ask(1, { type: "hear", causeId: "event-9" }))).toEqual(["heard"]);
    expect(one.state).toMatchObject({
      status: "escalating",
      wake,
      causes: ["cause-1", "event-9"],
      lastAtMs: at(1),
      version: 3,
    });
    expect(one.ask(2, { type: "hear", causeId: "event-9" })).toEqual([]);
    expect(one.ask(2, { type: "end", reason: "x", causeId: "event-9" })).toEqual([]);
    one.ask(2, { type: "end", reason: "x" });
    expect(words(one.ask(3, { type: "hear", causeId: "event-10" }))).toEqual(["heard"]);
    expect(one.state?.status).toBe("ended");
  });
});

describe("stakeholders", () => {
  const stakeholders = [
    { targets: [{ kind: "person", personId: "boss" }], afterMs: 15 * MINUTE_MS },
    { targets: [{ kind: "person", personId: "press" }], afterMs: 30 * MINUTE_MS, severities: ["SEV1"] },
  ] as const;
  const tell = (one: ReturnType<typeof lead>, minutes: number) =>
    one.ask(minutes, {
      type: "tell-stakeholders",
      fence: one.state?.stakeholderWake?.fence ?? -1,
      called: called("boss"),
    });

  it("are told at their time, once, whether or not somebody has acknowledged", () => {
    const one = lead();
    one.start({ stakeholders });
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(15), fence: 1 });
    one.wake(0);
    one.ask(1, { type: "acknowledge" });
    expect(one.state?.stakeholderWake?.fence).toBe(1);
    expect(tell(one, 14)).toBe("not-due");
    expect(words(tell(one, 15))).toEqual(["stakeholders-told"]);
    expect(one.events.at(-1)?.data).toEqual({ page: "1/stakeholders/1", notice: 0, ...called("boss") });
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(30), fence: 4 });
    tell(one, 30);
    expect(one.state).toMatchObject({ noticesTold: [0, 1] });
    expect(one.state?.stakeholderWake).toBeUndefined();
    expect(tell(one, 31)).toBe("stale-fence");
  });

  it("are not told while the severity is not for them, and are once it is", () => {
    const one = lead();
    one.start({ stakeholders: stakeholders.slice(1) }, "SEV2");
    one.wake(0);
    expect(one.state?.stakeholderWake).toBeUndefined();
    expect(tell(one, 30)).toBe("stale-fence");
    one.ask(40, { type: "acknowledge" });
    one.ask(41, { type: "change-severity", severity: "SEV1" });
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(30), fence: 4 });
    one.ask(42, { type: "change-severity", severity: "SEV3" });
    expect(one.state?.stakeholderWake).toBeUndefined();
    one.ask(43, { type: "change-severity", severity: "SEV1" });
    expect(words(tell(one, 43))).toEqual(["stakeholders-told"]);
    expect(one.events.at(-1)?.data).toEqual({ page: "1/stakeholders/1", notice: 0, ...called("boss") });
    expect(one.state?.stakeholderWake).toBeUndefined();
  });

  it("who come later are not held up by those the severity is not for, and are told once", () => {
    const one = lead();
    one.start({ stakeholders: stakeholders.toReversed() }, "SEV2");
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(15), fence: 1 });
    tell(one, 15);
    expect(one.events.at(-1)?.data).toMatchObject({ page: "1/stakeholders/2", notice: 1 });
    one.ask(16, { type: "change-severity", severity: "SEV1" });
    expect(one.state).toMatchObject({ noticesTold: [1], stakeholderWake: { dueAtMs: at(30) } });
    tell(one, 30);
    expect(one.state).toMatchObject({ noticesTold: [1, 0] });
    expect(one.state?.stakeholderWake).toBeUndefined();
  });

  it("of two notices at one time are told by a timer each", () => {
    const one = lead();
    one.start({ stakeholders: [stakeholders[0], stakeholders[0]] });
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(15), fence: 1 });
    tell(one, 15);
    expect(one.state?.stakeholderWake).toEqual({ kind: "stakeholders", dueAtMs: at(15), fence: 2 });
  });

  it("are sent what a person wrote for them, in any status, and each word once", () => {
    const one = lead();
    one.start({ stakeholders });
    const update = (minutes: number, causeId: string) =>
      one.ask(minutes, { type: "update-stakeholders", text: "soon", called: called("boss"), causeId });
    expect(update(1, "a")).toEqual([
      {
        type: "escalation.stakeholders-updated",
        atMs: at(1),
        actor: "ada",
        data: { page: "1/update/2", text: "soon", status: "firing", causeId: "a", ...called("boss") },
      },
    ]);
    expect(one.state).toMatchObject({ noticesTold: [], causes: ["cause-1", "a"], stakeholderWake: { fence: 1 } });
    expect(update(1, "a")).toEqual([]);
    one.ask(2, { type: "acknowledge" });
    update(2, "b");
    expect(one.events.at(-1)?.data).toMatchObject({ page: "1/update/4", status: "acknowledged" });
    one.ask(3, { type: "end", reason: "resolved" });
    update(3, "c");
    expect(one.events.at(-1)?.data).toMatchObject({ page: "1/update/6", status: "resolved" });
    expect(one.state?.status).toBe("ended");
  });

  it("are sent it as one of an incident that burns where every pass is over", () => {
    const one = lead();
    one.start({ steps: [], repeat: 0 });
    one.ask(0, { type: "update-stakeholders", text: "soon", called: called("boss") });
    one.wake(0, { steps: [] });
    expect(one.state?.status).toBe("exhausted");
    one.ask(1, { type: "update-stakeholders", text: "soon", called: called("boss") });
    expect(one.events.at(-1)?.data).toMatchObject({ status: "firing" });
  });

  it("are not told while it is paused, nor after its end", () => {
    const one = lead();
    one.start({ stakeholders });
    one.ask(1, { type: "pause", untilMs: at(40), reason: "x" });
    expect(one.state?.stakeholderWake).toBeUndefined();
    one.wake(40);
    expect(one.state?.stakeholderWake).toMatchObject({ dueAtMs: at(40) });
    one.ask(41, { type: "end", reason: "resolved" });
    expect(one.state?.stakeholderWake).toBeUndefined();
  });

  it("do not move the steps", () => {
    const one = lead();
    one.start({ stakeholders });
    one.wake(0);
    one.wake(5);
    const { wake } = one.state ?? {};
    tell(one, 15);
    expect(one.state?.wake).toEqual(wake);
  });
});
