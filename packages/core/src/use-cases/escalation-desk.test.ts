import { describe, expect, it } from "vitest";
import { failure } from "../errors/result.js";
import type { StoredEvent } from "../ports/event-store.js";
import { MINUTE_MS, TWO_STEPS } from "../on-call/escalation/escalation.fixture.js";
import { createWorld, type WorldOptions } from "./escalation-world.fixture.js";

/** A world with one process in it. */
async function open(options: WorldOptions = {}) {
  const world = createWorld(options);
  const process = await world.startProcess();
  const settle = async (): Promise<void> => {
    await process.relay();
    await process.runner.runDue();
  };
  return {
    ...world,
    ...process,
    settle,
    async declare(incidentId = "INC-001", severity = "SEV1") {
      await world.incident(incidentId, "declared", { severity });
      await settle();
    },
    async pass(minutes: number) {
      world.advance(minutes * MINUTE_MS);
      await settle();
    },
    /** The pages that were asked for, and what stakeholders were told. */
    ids: () => idsOf(world, "page/"),
    /** What those who were called were told of what has become of it. */
    news: () => idsOf(world, "news/"),
    types: (incidentId = "INC-001") => world.escalation(incidentId).map(({ type }) => type.slice("escalation.".length)),
    ask: (command: Parameters<typeof process.desk.command>[1], incidentId = "INC-001") =>
      process.desk.command(incidentId, command),
  };
}

const idsOf = (world: ReturnType<typeof createWorld>, prefix: string) =>
  world
    .requested()
    .map(({ id }) => id)
    .filter((id) => id.startsWith(prefix));

const by = (causeId: string) => ({ atMs: Date.UTC(2026, 0, 31, 12), actor: "bob", causeId }) as const;

describe("the escalation desk", () => {
  it("calls step 1 at once when an incident is declared, and the next while nobody acknowledges", async () => {
    const { declare, ids, pass, pending, types } = await named();
    await declare();
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms"]);
    await pass(5 - 1 / MINUTE_MS);
    expect(ids()).toHaveLength(1);
    await pass(1 / MINUTE_MS);
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms", "page/INC-001/1/1/2/lead/sms"]);
    await pass(10);
    await pass(5);
    await pass(10);
    expect(types()).toEqual(["started", "step-fired", "step-fired", "step-fired", "step-fired", "exhausted"]);
    expect(ids().slice(2)).toEqual(["page/INC-001/1/2/1/ada/sms", "page/INC-001/1/2/2/lead/sms"]);
    expect(pending()).toEqual([]);
  });

  it("says in the page what it is about, whom it is for, and why", async () => {
    const { declare, requested } = await open({
      directory: { person: (id) => ({ id, contacts: [{ notifier: "sms", address: "+49" }] }) },
      desk: {
        subject: () => ({
          title: "checkout burns",
          text: "14.4 times its budget",
          service: "checkout",
          severity: "SEV2",
          fields: [{ name: "Team", value: "core" }],
          url: "https://example.test/INC-001",
        }),
      },
    });
    await declare();
    expect(requested()).toEqual([
      {
        id: "page/INC-001/1/1/1/ada/sms:%2B49",
        notifier: "sms",
        notification: {
          idempotencyKey: "page/INC-001/1/1/1/ada/sms:%2B49",
          threadKey: "INC-001",
          urgency: "page",
          title: "INC-001 SEV2: checkout burns",
          text: "You are called by step 1, pass 1. Acknowledge to stop the escalation.\n14.4 times its budget",
          fields: [{ name: "Team", value: "core" }],
          severity: "SEV2",
          service: "checkout",
          url: "https://example.test/INC-001",
          address: "+49",
          atMs: Date.UTC(2026, 0, 31, 12),
        },
      },
    ]);
  });

  it("makes no two keys the same, whatever is in the ids", async () => {
    const contacts = [{ notifier: "a", address: "b/c" }, { notifier: "a", address: "b%2Fc" }, { notifier: "a+5" }];
    const { declare, ids } = await open({
      policy: { ...TWO_STEPS, steps: [{ targets: [{ kind: "person", personId: "x/y" }], delayMs: MINUTE_MS }] },
      directory: { person: (id) => ({ id, contacts }) },
    });
    await declare();
    expect(ids()).toEqual([
      "page/INC-001/1/1/1/x%2Fy/a:b%2Fc",
      "page/INC-001/1/1/1/x%2Fy/a:b%252Fc",
      "page/INC-001/1/1/1/x%2Fy/a%2B5",
    ]);
  });

  it("stops when the incident is acknowledged, and goes on when that is taken back", async () => {
    const { declare, ids, incident, pass, pending, settle, types } = await named();
    await declare();
    await incident("INC-001", "acknowledged");
    await settle();
    expect(pending()).toEqual([]);
    await pass(60);
    expect(ids()).toHaveLength(1);
    await incident("INC-001", "unacknowledged", { reason: "x" });
    await settle();
    await settle();
    expect(types()).toEqual(["started", "step-fired", "acknowledged", "unacknowledged", "step-fired"]);
    expect(ids()).toHaveLength(2);
  });

  it.each(["resolved", "closed", "merged"])(
    "ends when the incident is %s, and begins a round when it is reopened",
    async (end) => {
      const { declare, escalation, ids, incident, settle } = await open();
      await declare();
      await incident("INC-001", end);
      await settle();
      expect(escalation("INC-001").at(-1)).toMatchObject({
        type: "escalation.ended",
        actor: "bob",
        data: { reason: end },
      });
      await incident("INC-001", "reopened");
      await settle();
      await settle();
      expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms", "page/INC-001/2/1/1/ada/sms"]);
    },
  );

  it("begins the passes anew when the incident gets worse", async () => {
    const { declare, ids, incident, settle } = await open();
    await declare("INC-001", "SEV3");
    await incident("INC-001", "severity-changed", { from: "SEV3", to: "SEV1" });
    await settle();
    await settle();
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms", "page/INC-001/1/2/1/ada/sms"]);
  });

  it("does nothing for what asks nothing: other events, a severity that is none, other streams, an incident without a policy", async () => {
    const { declare, desk, incident, settle, types } = await open({ desk: { policyFor: () => undefined } });
    await declare();
    await incident("INC-001", "noted");
    await incident("INC-001", "severity-changed", { to: "SEV9" });
    await incident("INC-001", "acknowledged");
    await settle();
    await desk.react(event("alert/a", "alert.fired"));
    expect(types()).toEqual([]);
  });

  it("does not do later what changed nothing in its turn: outboxes may bring a whole course again", async () => {
    const { declare, desk, incident, settle, stored, types } = await open();
    await declare();
    // Reopened from mitigated, taken back though nobody had it, and of the same severity as before.
    for (const [type, data] of [
      ["reopened", {}],
      ["unacknowledged", {}],
      ["severity-changed", { to: "SEV1" }],
      ["acknowledged", {}],
    ] as const)
      await incident("INC-001", type, data);
    await settle();
    const course = stored.filter(({ stream }) => stream === "incident/INC-001");
    for (const again of course) await desk.react(again);
    expect(types()).toEqual(["started", "step-fired", "heard", "heard", "heard", "acknowledged"]);
    await incident("INC-001", "resolved");
    await incident("INC-001", "closed");
    await settle();
    for (const again of [...course, ...stored.filter(({ type }) => type === "incident.closed")])
      await desk.react(again);
    expect(types().slice(6)).toEqual(["ended", "heard"]);
  });

  it("asks for the policy by what the incident is", async () => {
    const asked: unknown[] = [];
    const { declare } = await open({ desk: { policyFor: (about) => void asked.push(about) } });
    await declare();
    expect(asked).toEqual([
      { incidentId: "INC-001", title: "it burns", text: "", service: "checkout", severity: "SEV1" },
    ]);
  });

  it("refuses loudly where it cannot tell whom to call: an incident or an event that cannot be read", async () => {
    const { desk } = await open();
    await expect(desk.react(event("incident/INC-404", "incident.declared"))).rejects.toMatchObject({
      code: "unreadable-incident",
      retryable: false,
      message: "INC-404 cannot be read, so that nobody can be called about it; see the engine's health.",
    });
    await expect(desk.react(event("escalation/INC-001", "escalation.postponed"))).rejects.toMatchObject({
      code: "unreadable-event",
      retryable: false,
    });
  });

  it("schedules nothing for an escalation whose beginning cannot be read", async () => {
    const { desk, timers } = await open();
    await desk.react({ ...event("escalation/INC-404", "escalation.exhausted"), data: { passes: 1 } });
    expect(timers.size).toBe(0);
  });

  it("keeps an escalation going whose incident cannot be read any more, with what few words there are", async () => {
    const about = { title: "it burns", text: "", service: "checkout", severity: "SEV1" } as const;
    let known = true;
    const { declare, pass, requested } = await open({ desk: { subject: () => (known ? about : undefined) } });
    await declare();
    known = false;
    await pass(5);
    expect(requested().at(-1)?.notification).toMatchObject({
      title: "INC-001",
      urgency: "page",
      text: "You are called by step 2, pass 1. Acknowledge to stop the escalation.",
      fields: [],
    });
  });

  it("pages the fallback where nobody is on call, and says so", async () => {
    const { declare, requested } = await open({
      directory: { resolve: (target) => (target.kind === "person" && target.personId === "owner" ? ["owner"] : []) },
    });
    await declare();
    expect(requested().map(({ id, notification }) => [id, notification.text])).toEqual([
      [
        "page/INC-001/1/1/fallback/owner/sms",
        "You are the fallback: pass 1 reached nobody. Acknowledge to stop the escalation.",
      ],
    ]);
  });

  it("takes turns in a team over all incidents, also when they are declared in the same instant", async () => {
    const team = { kind: "team", teamId: "core", members: "in-turn" } as const;
    const { declare, ids, incident, settle } = await open({
      policy: { ...TWO_STEPS, steps: [{ targets: [team], delayMs: 5 * MINUTE_MS }] },
    });
    for (const id of ["INC-001", "INC-002", "INC-003"]) await incident(id, "declared", { severity: "SEV1" });
    await settle();
    await declare("INC-004");
    expect(ids().map((id) => id.split("/").at(-2))).toEqual(["ada", "bob", "ada", "bob"]);
  });
});

describe("messages that a person's rules put off", () => {
  const rules = [
    { urgency: "page", notifier: "push", afterMs: 0 },
    { urgency: "page", notifier: "sms", afterMs: 2 * MINUTE_MS },
    { urgency: "page", notifier: "voice", afterMs: 2 * MINUTE_MS },
    { urgency: "page", notifier: "voice", afterMs: 4 * MINUTE_MS },
  ] as const;
  const contacts = ["push", "sms", "voice"].map((notifier) => ({ notifier }));
  const directory = { person: (id: string) => ({ id, contacts, rules }) };
  const key = (rest: string) => `page/INC-001/1/1/1/ada/${rest}`;

  it("go at their time", async () => {
    const { declare, ids, pass } = await open({ directory });
    await declare();
    expect(ids()).toEqual([key("push")]);
    await pass(2 - 1 / MINUTE_MS);
    expect(ids()).toHaveLength(1);
    await pass(1 / MINUTE_MS);
    expect(ids().slice(1)).toEqual([key("sms+120000"), key("voice+120000")]);
    await pass(2);
    expect(ids().slice(3)).toEqual([key("voice+240000")]);
  });

  it("do not go when somebody has acknowledged, or it has ended, meanwhile", async () => {
    for (const end of ["acknowledged", "resolved"]) {
      const { declare, ids, incident, pass, settle } = await open({ directory });
      await declare();
      await incident("INC-001", end);
      await settle();
      await pass(3);
      expect(ids()).toEqual([key("push")]);
    }
  });

  it("do not go in a later round", async () => {
    const { declare, ids, incident, pass, settle } = await open({ directory });
    await declare();
    await incident("INC-001", "resolved");
    await incident("INC-001", "reopened");
    await settle();
    await pass(2);
    expect(
      ids()
        .filter((id) => id.includes("+"))
        .map((id) => id.split("/")[2]),
    ).toEqual(["2", "2"]);
  });

  it("are nothing where the timer names no call", async () => {
    const { declare, fireStale, ids } = await open({ directory });
    await declare();
    for (const rest of ["INC-001/1/0", "INC-001/99/0", "INC-404/2/0", "nonsense"]) {
      await fireStale({ key: `escalation-page/${rest}`, atMs: 0, fence: 1 });
    }
    expect(ids()).toHaveLength(1);
  });
});

describe("reminders and stakeholders", () => {
  const policy = {
    ...TWO_STEPS,
    acknowledgement: { remindAfterMs: 30 * MINUTE_MS, answerWithinMs: 5 * MINUTE_MS },
    stakeholders: [{ targets: [{ kind: "person", personId: "boss" }], afterMs: 15 * MINUTE_MS }],
  } as const;

  it("reminds whoever acknowledged, and without an answer goes on and tells the incident", async () => {
    const told: unknown[] = [];
    const { declare, incident, pass, requested, settle } = await open({
      policy,
      desk: { onNoAnswer: async (...words) => void told.push(words) },
    });
    await declare();
    await incident("INC-001", "acknowledged", {}, "bob");
    await settle();
    await pass(30);
    expect(requested().at(-1)).toMatchObject({
      id: "page/INC-001/1/reminder/3/bob/sms",
      notification: { text: "Are you still on it? Say so, or the escalation goes on.", urgency: "page" },
    });
    expect(told).toEqual([]);
    await pass(5);
    expect(requested().at(-1)?.id).toBe("page/INC-001/1/1/2/lead/sms");
    expect(told).toEqual([
      ["INC-001", { reason: "the reminder was not answered in time", causeId: "escalation/INC-001@6" }],
    ]);
  });

  it("reminds the person whom a token acted for", async () => {
    const { ask, declare, ids, pass } = await open({ policy });
    await declare();
    await ask({ type: "acknowledge", ...by("a"), actor: "bob (token laptop)" });
    await pass(30);
    expect(ids().at(-1)).toBe("page/INC-001/1/reminder/3/bob/sms");
  });

  it("goes on after a reminder without an answer also where nobody else is told", async () => {
    const { ask, declare, ids, pass } = await open({ policy });
    await declare();
    await ask({ type: "acknowledge", ...by("a") });
    await pass(30);
    await pass(5);
    expect(ids().at(-1)).toBe("page/INC-001/1/1/2/lead/sms");
  });

  it("tells stakeholders at their time, though somebody is on it, as a word and no page", async () => {
    const { ask, declare, pass, requested } = await open({ policy });
    await declare();
    await ask({ type: "acknowledge", ...by("a") });
    await pass(15);
    expect(requested().at(-1)).toMatchObject({
      id: "page/INC-001/1/stakeholders/1/boss/sms",
      notification: { urgency: "info", text: "For your information; nobody waits for you." },
    });
  });

  it("tells stakeholders of a severity once it is that one, however late", async () => {
    const stakeholders = [{ ...policy.stakeholders[0], severities: ["SEV1"] as const }];
    const { declare, ids, incident, pass, settle } = await open({ policy: { ...policy, stakeholders } });
    await declare("INC-001", "SEV2");
    await incident("INC-001", "acknowledged");
    await settle();
    await pass(20);
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms"]);
    await incident("INC-001", "severity-changed", { to: "SEV1" });
    await settle();
    await settle();
    expect(ids().slice(1)).toEqual(["page/INC-001/1/stakeholders/1/boss/sms"]);
    await pass(60);
    expect(ids().filter((id) => id.includes("stakeholders"))).toHaveLength(1);
  });

  it("sends stakeholders of the severity what is written for them, and them alone", async () => {
    const stakeholders = [
      policy.stakeholders[0],
      { targets: [{ kind: "person", personId: "press" }], afterMs: 0, severities: ["SEV3"] },
    ] as const;
    const { declare, incident, requested, settle } = await open({ policy: { ...policy, stakeholders } });
    await incident("INC-002", "status-updated", { audience: "stakeholders", text: "nobody is called about this one" });
    await declare();
    await incident("INC-001", "status-updated", { audience: "responders", text: "for us" });
    await incident("INC-001", "status-updated", { audience: "stakeholders", text: "ten minutes more" });
    await settle();
    expect(requested().slice(1)).toMatchObject([
      {
        id: "page/INC-001/1/update/3/boss/sms",
        notification: {
          urgency: "info",
          text: "Update by bob: ten minutes more",
          threadKey: "INC-001",
          status: "firing",
        },
      },
    ]);
  });

  it("sends a word for stakeholders to nobody where there are none", async () => {
    const { declare, ids, incident, settle } = await open();
    await declare();
    await incident("INC-001", "status-updated", { audience: "stakeholders", text: "ten minutes more" });
    await settle();
    expect(ids()).toHaveLength(1);
  });

  it("sends stakeholders what their rules put off also when it is over by then", async () => {
    const person = (id: string) => ({
      id,
      contacts: [{ notifier: "sms" }],
      rules: [{ urgency: "info", notifier: "sms", afterMs: MINUTE_MS }] as const,
    });
    const { declare, ids, incident, pass, settle } = await open({ policy, directory: { person } });
    await declare();
    await incident("INC-001", "status-updated", { audience: "stakeholders", text: "ten minutes more" });
    await incident("INC-001", "resolved");
    await settle();
    await pass(1);
    expect(ids().at(-1)).toBe("page/INC-001/1/update/3/boss/sms+60000");
  });

  it("does not send a put-off reminder that was answered meanwhile, nor one to stakeholders of what has ended", async () => {
    const slow = (["page", "info"] as const).map((urgency) => ({ urgency, notifier: "sms", afterMs: MINUTE_MS }));
    const person = (id: string) => ({ id, contacts: [{ notifier: "sms" }], rules: slow });
    const { ask, declare, ids, incident, pass, settle } = await open({ policy, directory: { person } });
    await declare();
    await ask({ type: "acknowledge", ...by("a") });
    await pass(15);
    await pass(1);
    expect(ids()).toEqual(["page/INC-001/1/stakeholders/1/boss/sms+60000"]);
    await pass(14);
    await ask({ type: "confirm", ...by("b") });
    await pass(1);
    expect(ids()).toHaveLength(1);
    await pass(29);
    await pass(1);
    expect(ids().at(-1)).toMatch(/reminder.*\+60000/u);
    await incident("INC-001", "resolved");
    await settle();
    expect(ids()).toHaveLength(2);
  });
});

describe("whoever was called", () => {
  const person = (id: string) => ({ id, contacts: [{ notifier: "sms", address: `+${id}` }, { notifier: "push" }] });

  it("hears on each contact once that somebody has acknowledged, that nobody answers any more, and of the end", async () => {
    const { ask, declare, incident, news, pass, requested, settle } = await open({
      directory: { person },
      desk: {
        subject: () => ({
          title: "checkout burns",
          text: "14.4 times its budget",
          service: "checkout",
          severity: "SEV2",
          fields: [{ name: "Team", value: "core" }],
          url: "https://example.test/INC-001",
        }),
      },
    });
    await declare();
    await ask({ type: "escalate", reason: "x", ...by("a") });
    await settle();
    await ask({ type: "escalate", reason: "x", ...by("b") });
    await settle();
    expect(news()).toEqual([]);
    await incident("INC-001", "acknowledged", {}, "eve");
    await settle();
    expect(news()).toEqual(["news/INC-001/7/sms:%2Bada", "news/INC-001/7/push", "news/INC-001/7/sms:%2Blead"]);
    expect(requested().find(({ id }) => id === "news/INC-001/7/sms:%2Bada")).toEqual({
      id: "news/INC-001/7/sms:%2Bada",
      notifier: "sms",
      notification: {
        idempotencyKey: "news/INC-001/7/sms:%2Bada",
        threadKey: "INC-001",
        urgency: "info",
        title: "INC-001 SEV2: checkout burns",
        text: "Acknowledged by eve.",
        fields: [{ name: "Team", value: "core" }],
        severity: "SEV2",
        service: "checkout",
        url: "https://example.test/INC-001",
        status: "acknowledged",
        address: "+ada",
        atMs: Date.UTC(2026, 0, 31, 12),
      },
    });
    await pass(1);
    await incident("INC-001", "unacknowledged", { reason: "x" });
    await settle();
    expect(news().slice(3)).toHaveLength(3);
    expect(requested().at(-1)?.notification).toMatchObject({ urgency: "page" });
    const [, , , takenBack] = requested().filter(({ id }) => id.startsWith("news/"));
    expect(takenBack?.notification).toMatchObject({
      text: "Nobody answers for it any more: the incident is not acknowledged any more.",
      status: "firing",
      urgency: "info",
    });
    await incident("INC-001", "resolved");
    await settle();
    expect(news()).toHaveLength(9);
    expect(requested().at(-1)?.notification).toMatchObject({
      text: "The incident was resolved; nobody waits for you.",
      status: "resolved",
      urgency: "info",
    });
    await incident("INC-001", "closed");
    await settle();
    expect(news()).toHaveLength(9);
  });

  it("hears nothing twice where the notifier's own reader follows the course, and all else where an address is named", async () => {
    const asked: unknown[] = [];
    const { declare, incident, news, settle } = await open({
      directory: { person: (id) => ({ id, contacts: [{ notifier: "chat" }, { notifier: "chat", address: "me" }] }) },
      desk: { followsCourse: (...which) => asked.push(which) > 0 },
    });
    await declare("INC-001", "SEV2");
    await incident("INC-001", "resolved");
    await settle();
    expect(news()).toEqual(["news/INC-001/3/chat:me"]);
    expect(asked).toEqual([["chat", "SEV2"]]);
  });

  it("hears it with few words where the incident cannot be read any more", async () => {
    const known = { title: "it burns", text: "", service: "checkout", severity: "SEV1" } as const;
    let readable = true;
    const { ask, declare, requested } = await open({ desk: { subject: () => (readable ? known : undefined) } });
    await declare();
    readable = false;
    await ask({ type: "acknowledge", ...by("a") });
    expect(requested().at(-1)).toEqual({
      id: "news/INC-001/3/sms",
      notifier: "sms",
      notification: {
        idempotencyKey: "news/INC-001/3/sms",
        threadKey: "INC-001",
        urgency: "info",
        title: "INC-001",
        text: "Acknowledged by bob.",
        fields: [],
        status: "acknowledged",
        atMs: Date.UTC(2026, 0, 31, 12),
      },
    });
  });

  it("hears it only where the message that was put off has gone", async () => {
    const rules = [
      { urgency: "page", notifier: "push", afterMs: 0 },
      { urgency: "page", notifier: "sms", afterMs: 2 * MINUTE_MS },
      { urgency: "page", notifier: "voice", afterMs: 3 * MINUTE_MS },
    ] as const;
    const contacts = ["push", "sms", "voice"].map((notifier) => ({ notifier }));
    const directory = { person: (id: string) => ({ id, contacts, rules }) };
    for (const [minutes, told] of [
      [1, ["push"]],
      [2, ["push", "sms"]],
    ] as const) {
      const { declare, incident, news, pass, settle } = await open({ directory });
      await declare();
      await pass(minutes);
      await incident("INC-001", "acknowledged");
      await settle();
      expect(news()).toEqual(told.map((notifier) => `news/INC-001/3/${notifier}`));
      await incident("INC-001", "unacknowledged");
      await settle();
      await incident("INC-001", "resolved");
    }
    // Due by then, and not asked for: the timer was late.
    const { advance, declare, incident, news, relay } = await open({ directory });
    await declare();
    advance(2 * MINUTE_MS);
    await incident("INC-001", "acknowledged");
    await relay();
    expect(news()).toEqual(["news/INC-001/3/push"]);
  });

  it("hears it past an event that cannot be read", async () => {
    const { declare, incident, news, relay, stored } = await open();
    await declare();
    const unreadable = event("escalation/INC-001", "escalation.postponed");
    stored.push({ ...unreadable, version: 3, position: stored.length + 1 });
    await incident("INC-001", "resolved");
    await relay();
    expect(news()).toEqual(["news/INC-001/4/sms"]);
  });

  it("hears of the end of the round that it was called in, and of no other", async () => {
    const { declare, incident, news, settle } = await open();
    await declare();
    await incident("INC-001", "resolved");
    await settle();
    expect(news()).toEqual(["news/INC-001/3/sms"]);
    await incident("INC-001", "reopened");
    await incident("INC-001", "resolved");
    // Before the first step: nobody was called in this round.
    await settle();
    expect(news()).toEqual(["news/INC-001/3/sms"]);
  });
});

describe("what people ask of an escalation", () => {
  it("is carried out at once, and answered", async () => {
    const { ask, declare, ids, pass, settle } = await open();
    expect(await ask({ type: "escalate", reason: "x", ...by("a") })).toMatchObject({ error: { code: "not-started" } });
    await declare();
    expect(await ask({ type: "escalate", reason: "x", ...by("a") })).toMatchObject({
      ok: true,
      value: { incidentId: "INC-001", hastened: { by: "bob", reason: "x" } },
    });
    await settle();
    expect(ids()).toHaveLength(2);
    const untilMs = Date.UTC(2026, 0, 31, 13);
    await ask({ type: "pause", untilMs, reason: "maintenance", ...by("b") });
    await pass(59);
    expect(ids()).toHaveLength(2);
    await pass(1);
    expect(ids()).toHaveLength(3);
  });
});

describe("a word about an escalation that its incident does not take", () => {
  it("leaves the escalation as it was", async () => {
    const refusal = {
      code: "move-not-allowed",
      incidentId: "INC-001",
      status: "closed",
      command: "note",
      allowed: [],
      message: "INC-001 is closed.",
    } as const;
    const { ask, declare, ids, settle, types } = await open({ desk: { record: () => failure(refusal) } });
    await declare();
    expect(await ask({ type: "escalate", reason: "x", ...by("a") })).toEqual({ ok: false, error: refusal });
    await settle();
    expect([types(), ids().length]).toEqual([["started", "step-fired"], 1]);
  });
});

describe("a person who asks for the next people during a pause", () => {
  const untilMs = Date.UTC(2026, 0, 31, 13);

  it("has them called at once where a person paused it, which ends the pause", async () => {
    const { ask, declare, ids, pass, settle, types } = await open();
    await declare();
    await ask({ type: "pause", untilMs, reason: "I am looking", ...by("a") });
    await pass(6);
    expect(ids()).toHaveLength(1);
    await ask({ type: "escalate", reason: "it is worse", ...by("b") });
    await settle();
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms", "page/INC-001/1/1/2/lead/sms"]);
    expect(types().slice(2)).toEqual(["paused", "resumed", "hastened", "step-fired"]);
  });

  it("has them called at once during planned work too, which holds back those after them as before", async () => {
    const work = { id: "maintenance", untilMs, reason: "planned work: upgrade" };
    const { ask, declare, ids, pass, settle, types } = await open({
      desk: { pausedFor: (_id, atMs) => (atMs < untilMs ? work : undefined) },
    });
    await declare();
    expect(ids()).toEqual([]);
    await ask({ type: "escalate", reason: "this is not the upgrade", ...by("a") });
    await settle();
    expect(ids()).toEqual(["page/INC-001/1/1/1/ada/sms"]);
    await pass(5);
    expect(ids()).toHaveLength(1);
    expect(types()).toEqual(["started", "paused", "resumed", "hastened", "step-fired", "paused"]);
    await pass(55);
    expect(ids()).toHaveLength(2);
  });
});

describe("timers that are not as they should be", () => {
  it("change nothing when they are stale, and what is waited for is scheduled again", async () => {
    const { declare, fireStale, ids, pass, timers } = await open();
    await declare();
    const key = "escalation/INC-001";
    const waited = timers.get(key);
    timers.delete(key);
    await fireStale({ key, atMs: 0, fence: 1 });
    expect(ids()).toHaveLength(1);
    expect(timers.get(key)).toEqual(waited);
    await pass(5);
    expect(ids()).toHaveLength(2);
    await fireStale({ key: "escalation/INC-404", atMs: 0, fence: 1 });
    await fireStale({ key: "escalation-notice/INC-404", atMs: 0, fence: 1 });
    await fireStale({ key: "escalation-notice/INC-001", atMs: 0, fence: 1 });
    expect(ids()).toHaveLength(2);
  });

  it("are not taken for handled when they are early", async () => {
    const { declare, fireStale, timers } = await open();
    await declare();
    const waited = timers.get("escalation/INC-001");
    if (waited === undefined) throw new Error("it waits");
    await expect(fireStale(waited)).rejects.toMatchObject({ code: "timer-early", retryable: true });
  });

  it("are mended: what is open is scheduled again, and its pages are asked for again", async () => {
    const { ask, declare, desk, ids, incident, pass, settle, stored, timers } = await open();
    await declare();
    await declare("INC-002");
    await ask({ type: "acknowledge", ...by("a") }, "INC-002");
    await incident("INC-003", "declared", { severity: "SEV1" });
    await settle();
    await incident("INC-003", "resolved");
    await settle();
    // As if they had never been asked for; the journal of this process knows better, and leaves it at that.
    const before = stored.length;
    timers.clear();
    await desk.mend();
    expect([stored.length, [...timers.keys()]]).toEqual([before, ["escalation/INC-001"]]);
    await pass(5);
    expect(ids().at(-1)).toBe("page/INC-001/1/1/2/lead/sms");
  });

  it("are mended past an event that cannot be read", async () => {
    const { book, declare, desk, stored, timers } = await open();
    await declare();
    stored.push({ ...event("escalation/INC-001", "escalation.postponed"), version: 3, position: stored.length + 1 });
    timers.clear();
    await desk.mend();
    expect([...timers.keys()]).toEqual(["escalation/INC-001"]);
    expect(book.open()).toHaveLength(1);
  });

  it("are taken up where they were by the next process, and left by one that stops", async () => {
    const { declare, nowMs, stop, startProcess, timers, advance, requested } = await open();
    await declare();
    await stop();
    timers.clear();
    advance(5 * MINUTE_MS);
    const next = await startProcess();
    expect([...timers.values()]).toEqual([{ key: "escalation/INC-001", atMs: nowMs(), fence: 2 }]);
    await next.runner.runDue();
    expect(requested()).toHaveLength(2);
  });
});

describe("the book of escalations", () => {
  it("keeps what it cannot read apart, and goes on", async () => {
    const { book } = await open();
    book.projection.apply(event("escalation/INC-001", "escalation.postponed"));
    book.projection.apply({ ...event("escalation/INC-001", "escalation.exhausted"), data: { passes: 1 } });
    expect(book.unreadable()).toEqual([expect.stringContaining("escalation/INC-001")]);
    expect([book.get("INC-001"), book.open(), book.turnsOf("core")]).toEqual([undefined, [], 0]);
  });

  it("has the open ones, and keeps those that have ended", async () => {
    const { book, declare, incident, settle } = await open();
    await declare();
    expect(book.open().map(({ incidentId }) => incidentId)).toEqual(["INC-001"]);
    await incident("INC-001", "resolved");
    await settle();
    expect([book.open(), book.get("INC-001")?.status]).toEqual([[], "ended"]);
  });
});

async function named() {
  const opened = await open();
  return { ...opened, pending: () => [...opened.timers.keys()] };
}

function event(stream: string, type: string): StoredEvent {
  return { id: `${stream}@9`, stream, version: 1, position: 1, type, atMs: 0, actor: "engine", data: {} };
}
