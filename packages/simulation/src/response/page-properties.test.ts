import type { Json, Notification, StoredEvent } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { noKeyDoubled, nobodyLeftUncalled, noPageLost, type PagesOfAWorld } from "./page-properties.js";
import type { Sent } from "./phones.js";

const MINUTE_MS = 60_000;
const INCIDENT = "INC-001";
const KEY = `page/${INCIDENT}/1/1/1/ann/pager:ann`;
const LATER = `page/${INCIDENT}/1/1/1/ann/chat:ann+30000`;

const message = (idempotencyKey: string, different: Partial<Notification> = {}): Notification => ({
  idempotencyKey,
  threadKey: INCIDENT,
  urgency: "page",
  title: "it is down",
  text: "You are called.",
  fields: [],
  address: "ann",
  ...different,
});
const sent = (notification: Notification, different: Partial<Sent> = {}): Sent => ({
  ...notification,
  messageId: "pager-1",
  interruptions: 0,
  ...different,
});

type Told = { readonly stream: string; readonly type: string; readonly data: object };

const escalated = (type: string, data: object): Told => ({
  stream: `escalation/${INCIDENT}`,
  type: `escalation.${type}`,
  data,
});
const delivery = (type: string, id: string, data: object = {}): Told => ({
  stream: `delivery/${id}`,
  type: `delivery.${type}`,
  data: { id, ...data },
});
const requested = (notification: Notification): Told =>
  delivery("requested", notification.idempotencyKey, { notifier: "pager", notification });
const dead = (id: string): Told => delivery("failed", id, { reason: "there is no such number" });

const started = escalated("started", {
  incidentId: INCIDENT,
  round: 1,
  service: "payments",
  severity: "SEV1",
  policy: { id: "one", steps: [{ targets: [], delayMs: MINUTE_MS }], repeat: 0, fallback: [] },
  causeId: "declared",
});
const fired = escalated("step-fired", {
  page: "1/1/1",
  pass: 1,
  step: 0,
  turns: [],
  people: [
    {
      personId: "ann",
      sends: [
        { notifier: "pager", address: "ann", afterMs: 0 },
        { notifier: "chat", address: "ann", afterMs: 30_000 },
      ],
    },
  ],
});
const reminded = escalated("reminded", {
  page: "1/reminder/4",
  turns: [],
  people: [{ personId: "ann", sends: [{ notifier: "chat", address: "ann", afterMs: 30_000 }] }],
});
const exhausted = escalated("exhausted", { passes: 1 });
const answered = (type: string): Told => escalated(type, { causeId: "a", reason: "x", how: "person" });

/** A world at its end, in which so much was stored, then interrupted, then sent; everything happened at once. */
function world(
  happened: readonly Told[],
  { atMs = MINUTE_MS, interruptions = 0, standing = 0, told = [] as readonly Sent[] } = {},
): PagesOfAWorld {
  const heard = happened.map(({ data, ...told }, index) => {
    const event: StoredEvent = {
      ...told,
      id: String(index),
      version: index + 1,
      position: index + 1,
      atMs: 0,
      actor: "engine",
      data: data as Json,
    };
    return { event, processMs: 0, byReplaced: false, interruptions, standing };
  });
  return { heard, sent: told, clock: { nowMs: () => atMs } };
}

describe("a page that was decided", () => {
  const both = [sent(message(KEY)), sent(message(LATER))];

  it("is lost where it was not told, also one that was put off and has become due", () => {
    expect(noPageLost(world([fired], { told: both }))).toEqual([]);
    expect(noPageLost(world([fired], { told: [sent(message(LATER))] }))).toEqual([
      `${KEY} was due by escalation.step-fired and reached nobody`,
    ]);
    const late = [`${LATER} was due by escalation.step-fired and reached nobody`];
    expect(noPageLost(world([fired], { told: [sent(message(KEY))] }))).toEqual(late);
    expect(noPageLost(world([fired], { told: [sent(message(KEY))], atMs: 30_000 }))).toEqual(late);
  });

  it("is not lost before it is due, nor where it was refused for good", () => {
    expect(noPageLost(world([fired], { told: [sent(message(KEY))], atMs: 29_999 }))).toEqual([]);
    expect(noPageLost(world([fired, dead(KEY), dead(LATER)]))).toEqual([]);
    const tried = [fired, delivery("failed", KEY, { reason: "away", notBeforeMs: 5 }), dead(LATER)];
    expect(noPageLost(world(tried))).toHaveLength(1);
  });

  it("may be left out where somebody answered before it could be told, and only then", () => {
    const told = [sent(message(KEY))];
    for (const type of ["acknowledged", "ended"]) {
      expect(noPageLost(world([fired, answered(type)], { told }))).toEqual([]);
      expect(noPageLost(world([answered(type), fired], { told }))).toHaveLength(1);
      expect(noPageLost(world([fired, answered(type), delivery("overtaken", KEY)]))).toEqual([]);
      expect(noPageLost(world([fired, answered(type)]))).toHaveLength(1);
    }
    // Somebody wants more people; that stops nobody's call.
    expect(noPageLost(world([fired, answered("hastened")], { told }))).toHaveLength(1);
    expect(noPageLost(world([reminded, answered("confirmed")]))).toEqual([]);
    expect(noPageLost(world([reminded]))).toHaveLength(1);
    expect(noPageLost(world([fired, delivery("overtaken", KEY), dead(LATER)]))).toHaveLength(1);
  });
});

describe("a key", () => {
  const asked = [requested(message(KEY))];
  const times = (count: number, interruptions = 0): readonly Sent[] =>
    Array.from({ length: count }, () => sent(message(KEY), { interruptions }));

  it("is doubled where it is told more often than something was interrupted since it was asked for", () => {
    expect(noKeyDoubled(world(asked, { told: times(1) }))).toEqual([]);
    expect(noKeyDoubled(world(asked, { told: times(2) }))).toEqual([`${KEY} was told 2 times, and 1 is the most`]);
    expect(noKeyDoubled(world(asked, { told: times(2, 1) }))).toEqual([]);
    expect(noKeyDoubled(world(asked, { told: times(5, 1) }))).toEqual([`${KEY} was told 5 times, and 2 is the most`]);
  });

  it("is doubled whatever was interrupted before it was asked for, or after it was told", () => {
    const twice = [`${KEY} was told 2 times, and 1 is the most`];
    expect(noKeyDoubled(world(asked, { told: times(2, 1), interruptions: 1 }))).toEqual(twice);
    expect(noKeyDoubled(world(asked, { told: [...times(2), ...times(1, 2)] }))).toEqual(twice);
    expect(noKeyDoubled(world(asked, { told: times(2, 2), interruptions: 1 }))).toEqual([]);
  });

  it("may be told by each process, too, that had stood still before it was asked for", () => {
    expect(noKeyDoubled(world(asked, { told: times(2, 1), interruptions: 1, standing: 1 }))).toEqual([]);
    expect(noKeyDoubled(world(asked, { told: times(3, 1), interruptions: 1, standing: 1 }))).toEqual([
      `${KEY} was told 3 times, and 2 is the most`,
    ]);
  });

  it("says what was asked for under it, whatever buttons it has", () => {
    const actions = [{ kind: "acknowledge", token: "t" }] as const;
    expect(noKeyDoubled(world(asked, { told: [sent(message(KEY, { actions }))] }))).toEqual([]);
    for (const different of [{ text: "Something else." }, { title: "else" }, { address: "bob" }]) {
      expect(noKeyDoubled(world(asked, { told: [sent(message(KEY, different))] }))).toEqual([
        `${KEY} says something else than was asked`,
      ]);
    }
    expect(noKeyDoubled(world([], { told: times(1) }))).toEqual([`nobody asked for ${KEY}`]);
  });

  it("may change an earlier message of its thread at its contact, and adds to what that said", () => {
    const news = message("news", { text: "Acknowledged." });
    const all = [requested(message(KEY)), requested(news)];
    const edit = (different: Partial<Sent> = {}) => ({
      told: [
        sent(message(KEY)),
        sent(news, { text: "You are called.\nAcknowledged.", editOf: "pager-1", ...different }),
      ],
    });
    expect(noKeyDoubled(world(all, edit()))).toEqual([]);
    expect(noKeyDoubled(world(all, edit({ text: "You are called." })))).toHaveLength(1);
    const astray = ["news changed the message chat-9, which is none of its thread at its contact"];
    // As the phone has it: an edit keeps the id of what it changes.
    expect(noKeyDoubled(world(all, edit({ editOf: "chat-9", messageId: "chat-9" })))).toEqual(astray);
    const elsewhere = { told: [sent(message(KEY, { address: "bob" })), ...edit().told.slice(1)] };
    expect(noKeyDoubled(world(all, elsewhere)).at(-1)).toContain("none of its thread");
  });
});

describe("an escalation that is exhausted", () => {
  const call = [started, fired, requested(message(KEY))];

  it("has left nobody uncalled where somebody may have been reached, or the fallback was paged", () => {
    expect(nobodyLeftUncalled(world([...call, exhausted]))).toEqual([]);
    expect(nobodyLeftUncalled(world([...call, dead(KEY)]))).toEqual([]);
    const fallback = escalated("fallback-paged", { page: "1/1/fallback", pass: 1, people: [], turns: [] });
    expect(nobodyLeftUncalled(world([...call, dead(KEY), fallback, exhausted]))).toEqual([]);
  });

  it("has left everybody uncalled where all of its messages were refused", () => {
    expect(nobodyLeftUncalled(world([...call, exhausted, dead(KEY)]))).toEqual([
      "INC-001 is exhausted, and pass 1 has reached nobody",
    ]);
    const tried = delivery("failed", KEY, { reason: "away", notBeforeMs: 5 });
    expect(nobodyLeftUncalled(world([...call, tried, exhausted]))).toEqual([]);
  });
});
