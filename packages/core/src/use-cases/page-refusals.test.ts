import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { START_MS } from "../on-call/escalation/escalation.fixture.js";
import type { ReachablePerson } from "../on-call/escalation/notification-rules.js";
import type { StoredEvent } from "../ports/event-store.js";
import { message } from "./delivery.fixture.js";
import { createWorld } from "./escalation-world.fixture.js";
import { createPageRefusals } from "./page-refusals.js";

const CONTACTS = [
  { notifier: "push" },
  { notifier: "sms", address: "+49" },
  { notifier: "voice" },
  { notifier: "mail" },
];
const RULES = [
  { urgency: "page", notifier: "push", afterMs: 0 },
  { urgency: "page", notifier: "sms", afterMs: 120_000 },
] as const;
const ADA = { id: "ada", contacts: CONTACTS, rules: RULES };
const PAGE = "page/INC-001/1/1/1/ada";

/** An incident about which Ada is called on `push`, and two minutes later by `sms`; `voice` and `mail` her rules leave out. */
async function open(person: () => ReachablePerson | undefined = () => ADA) {
  const world = createWorld({ directory: { person: () => ADA } });
  const { book, relay, runner } = await world.startProcess();
  await world.incident("INC-001", "declared", { severity: "SEV1" });
  await relay();
  await runner.runDue();
  const asked: { readonly id: string; readonly notifier: string; readonly atMs: number; readonly text: string }[] = [];
  const notes: unknown[] = [];
  const known = new Set<string>([`${PAGE}/push`]);
  const dead = new Set<string>();
  const undelivered: unknown[] = [];
  const refusals = createPageRefusals({
    events: { read: async (stream) => world.stored.filter((event) => event.stream === stream) },
    escalation: book.get,
    person,
    subject: () => undefined,
    async request(id, notifier, { text }, atMs) {
      known.add(id);
      asked.push({ id, notifier, atMs, text });
    },
    wasRequested: (id) => known.has(id),
    wasGivenUp: (id) => dead.has(id),
    undelivered: async (...told) => void undelivered.push(told),
    note: async (...told) => void notes.push(told),
  });
  return { ...world, relay, runner, refusals, asked, notes, known, dead, undelivered };
}

const failed = (id: string, data: object = {}, different: Partial<StoredEvent> = {}): StoredEvent => ({
  id: `delivery/${id}@2`,
  stream: `delivery/${id}`,
  version: 2,
  position: 9,
  type: "delivery.failed",
  atMs: START_MS + 1000,
  actor: "engine",
  data: { id, reason: "403 from the provider", ...data },
  ...different,
});

describe("a page that was given up", () => {
  it("goes at once to the next contact of the person's rules, though it was put off, and that is noted", async () => {
    const { asked, notes, refusals } = await open();
    await refusals.react(failed(`${PAGE}/push`));
    const text = "You are called by step 1, pass 1. Acknowledge to stop the escalation.";
    expect(asked).toEqual([{ id: `${PAGE}/sms:%2B49+120000`, notifier: "sms", atMs: START_MS + 1000, text }]);
    expect(notes).toEqual([
      [
        "INC-001",
        {
          text: "A page to ada was given up: 403 from the provider. Their next contact is tried at once: sms.",
          atMs: START_MS + 1000,
          causeId: `delivery/${PAGE}/push@2`,
        },
      ],
    ]);
    await refusals.react(failed(`${PAGE}/push`));
    expect(asked).toHaveLength(1);
  });

  it("goes on to the contacts that the rules leave out, in their order, until there is none", async () => {
    const { asked, notes, refusals } = await open();
    await refusals.react(failed(`${PAGE}/sms:%2B49+120000`));
    await refusals.react(failed(`${PAGE}/voice`));
    await refusals.react(failed(`${PAGE}/mail`));
    expect(asked.map(({ id }) => id)).toEqual([`${PAGE}/voice`, `${PAGE}/mail`]);
    expect(notes.at(-1)).toMatchObject(["INC-001", { text: "A page to ada was given up: 403 from the provider." }]);
  });

  it("goes nowhere else where the next contact was asked for already, or the person is not known any more", async () => {
    const { asked, known, notes, refusals } = await open();
    known.add(`${PAGE}/sms:%2B49+120000`);
    await refusals.react(failed(`${PAGE}/push`));
    // Of a contact that she does not have any more.
    await refusals.react(failed(`${PAGE}/pigeon`));
    expect([asked, notes.length]).toEqual([[], 2]);
    const gone = await open(() => undefined);
    await gone.refusals.react(failed(`${PAGE}/sms:%2B49+120000`));
    expect([gone.asked, gone.notes.length]).toEqual([[], 1]);
  });

  it("is the end of the call where it was the last that was open, also as one that a person had tried anew", async () => {
    for (const last of [`${PAGE}/mail`, `${PAGE}/mail/retry`, `${PAGE}/mail/retry/retry`]) {
      const { asked, dead, refusals, undelivered } = await open();
      const others = [`${PAGE}/push`, `${PAGE}/sms:%2B49+120000`, `${PAGE}/voice`];
      for (const id of others) dead.add(id);
      await refusals.react(failed(last));
      // The book does not say so yet.
      expect(undelivered).toEqual([]);
      dead.add(`${PAGE}/mail`);
      await refusals.react(failed(last));
      const told = { page: "1/1/1", atMs: START_MS + 1000, causeId: `delivery/${last}@2` };
      expect([undelivered, asked]).toEqual([[["INC-001", told]], []]);
    }
  });

  it("is not the end of the call while another person's may arrive", async () => {
    const world = createWorld({
      directory: { resolve: () => ["ada", "bob"], person: (id) => ({ id, contacts: [{ notifier: "sms" }] }) },
    });
    const { book, relay, runner } = await world.startProcess();
    await world.incident("INC-001", "declared", { severity: "SEV1" });
    await relay();
    await runner.runDue();
    const dead = new Set([`${PAGE}/sms`]);
    const pages: string[] = [];
    const refusals = createPageRefusals({
      events: { read: async (stream) => world.stored.filter((event) => event.stream === stream) },
      escalation: book.get,
      person: (id) => ({ id, contacts: [{ notifier: "sms" }] }),
      subject: () => undefined,
      request: async () => undefined,
      wasRequested: () => true,
      wasGivenUp: (id) => dead.has(id),
      undelivered: async (_incidentId, { page }) => void pages.push(page),
      note: async () => undefined,
    });
    await refusals.react(failed(`${PAGE}/sms`));
    expect(pages).toEqual([]);
    dead.add("page/INC-001/1/1/1/bob/sms");
    await refusals.react(failed("page/INC-001/1/1/1/bob/sms"));
    expect(pages).toEqual(["1/1/1"]);
  });

  it("goes nowhere else once somebody has answered, and is noted all the same", async () => {
    const { asked, incident, notes, refusals, relay } = await open();
    await incident("INC-001", "acknowledged");
    await relay();
    await refusals.react(failed(`${PAGE}/push`));
    expect([asked, notes.length]).toEqual([[], 1]);
  });

  it("is the end of a call whose other contacts were put off until somebody had answered", async () => {
    const { asked, dead, incident, refusals, relay, undelivered } = await open();
    dead.add(`${PAGE}/push`);
    await incident("INC-001", "acknowledged");
    await relay();
    await refusals.react(failed(`${PAGE}/push`));
    const told = { page: "1/1/1", atMs: START_MS + 1000, causeId: `delivery/${PAGE}/push@2` };
    expect([undelivered, asked]).toEqual([[["INC-001", told]], []]);
  });

  it.each(["", "/retry"])("is each that a digest told of, where %j of it was given up", async (anew) => {
    const { asked, dead, notes, refusals, relay, runner, stored, undelivered, ...world } = await open();
    world.advance(5 * 60_000);
    await runner.runDue();
    await relay();
    const later = "page/INC-001/1/1/2/lead";
    const digest = "digest/INC-001@1/chat";
    const request = (id: string, more: Record<string, Json>): StoredEvent => {
      const notification = { ...message(), fields: [] };
      return failed(id, {}, { type: "delivery.requested", data: { id, notifier: "push", notification, ...more } });
    };
    // The first is no page, and the second one that a person had tried anew.
    stored.push(request(digest, { collapses: ["INC-001@1/chat", `${PAGE}/push/retry`, `${later}/push`] }));
    stored.push(request(`${digest}/retry`, { retries: digest }));
    await refusals.react(failed(`${digest}${anew}`));
    expect(asked.map(({ id }) => id)).toEqual([`${PAGE}/sms:%2B49+120000`, `${later}/sms:%2B49+120000`]);
    const [first, second] = [PAGE, later].map((page) => `delivery/${digest}${anew}@2/${page}/push`);
    const text = (who: string) =>
      `A page to ${who} was given up: 403 from the provider. Their next contact is tried at once: sms.`;
    expect(notes).toEqual([
      ["INC-001", { text: text("ada"), atMs: START_MS + 1000, causeId: first }],
      ["INC-001", { text: text("lead"), atMs: START_MS + 1000, causeId: second }],
    ]);
    expect(undelivered).toEqual([]);
    for (const page of [PAGE, later]) {
      for (const contact of ["push", "sms:%2B49+120000", "voice", "mail"]) dead.add(`${page}/${contact}`);
    }
    await refusals.react(failed(`${digest}${anew}`));
    expect(undelivered).toEqual([
      ["INC-001", { page: "1/1/1", atMs: START_MS + 1000, causeId: first }],
      ["INC-001", { page: "1/1/2", atMs: START_MS + 1000, causeId: second }],
    ]);
  });

  it.each([
    ["one that is tried again", failed(`${PAGE}/push`, { notBeforeMs: START_MS })],
    ["one that has arrived", failed(`${PAGE}/push`, {}, { type: "delivery.sent" })],
    ["an event that cannot be read", failed(`${PAGE}/push`, { reason: 403 })],
    ["an event of another stream", failed(`${PAGE}/push`, {}, { stream: "incident/INC-001" })],
    ["one tried anew of a message that is no page", failed("INC-001@3/chat/retry")],
    ["a message that is no page", failed("INC-001@3/chat")],
    ["a page of no call", failed("page/INC-001/7/1/1/ada/push")],
    ["a page of no escalation", failed("page/INC-404/1/1/1/ada/push")],
  ])("is not %s", async (_what, event) => {
    const { asked, notes, refusals, stored } = await open();
    stored.push({ ...event, id: "x", stream: "escalation/INC-001", type: "escalation.unreadable" });
    await refusals.react(event);
    expect([asked, notes]).toEqual([[], []]);
  });
});
