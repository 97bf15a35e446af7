import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { failure } from "../errors/result.js";
import type { StoredEvent } from "../ports/event-store.js";
import { createDeliveredNotices } from "./delivered-notices.js";
import { message } from "./delivery.fixture.js";
import { unknownIncident } from "./incident-entries.js";

const START_MS = Date.UTC(2026, 10, 21, 3, 0);
const BOSS = "page/INC-001/1/stakeholders/1/boss/mail:boss@example.org";

/** Deliveries that were asked for, and what comes to be recorded. */
function open(...requests: readonly (readonly [id: string, more?: object])[]) {
  const stored: StoredEvent[] = requests.map(([id, more]) =>
    event(id, "delivery.requested", { id, notifier: "mail", notification: message({ idempotencyKey: id }), ...more }),
  );
  const recorded: unknown[] = [];
  const notices = createDeliveredNotices({
    events: { read: async (stream) => stored.filter((one) => one.stream === stream) },
    desk: {
      async command(...told) {
        recorded.push(told);
        return failure(unknownIncident("INC-001"));
      },
    },
  });
  return { recorded, react: notices.react, stored };
}

function event(id: string, type: string, data: object, more: Partial<StoredEvent> = {}): StoredEvent {
  const stream = `delivery/${id}`;
  const version = type === "delivery.requested" ? 1 : 2;
  const plain = JSON.parse(JSON.stringify(data)) as Json;
  return {
    id: `${id}@${version}`,
    stream,
    version,
    position: 1,
    type,
    atMs: START_MS,
    actor: "engine",
    data: plain,
    ...more,
  };
}

const sent = (id: string) => event(id, "delivery.sent", { id });
const told = (person: string, notice = 1) => [
  "INC-001",
  {
    type: "record-notice",
    person,
    channel: "mail",
    actor: "engine",
    atMs: START_MS,
    causeId: `stakeholders-told/1/stakeholders/${notice}`,
  },
];

describe("a notice to stakeholders", () => {
  it("is recorded when a message of it has arrived, under the cause of the notice", async () => {
    const chief = "page/INC-001/1/stakeholders/1/chief/mail+60000";
    const { react, recorded } = open([BOSS], [chief]);
    await react(sent(BOSS));
    await react(sent(chief));
    expect(recorded).toEqual([told("boss"), told("chief")]);
  });

  it("is recorded by each that a digest tells of", async () => {
    const second = "page/INC-001/1/stakeholders/2/boss/mail:boss@example.org";
    const { react, recorded } = open(["digest/1", { collapses: [BOSS, "INC-001@4/mail", second] }]);
    await react(sent("digest/1"));
    expect(recorded).toEqual([told("boss"), told("boss", 2)]);
  });

  it("is recorded when a person had it sent again, also as a part of a digest, and more than once", async () => {
    const { react, recorded } = open(
      ["digest/1", { collapses: [BOSS] }],
      ["digest/1/retry", { retries: "digest/1", causeId: "c" }],
      ["digest/1/retry/retry", { retries: "digest/1/retry" }],
    );
    await react(sent("digest/1/retry/retry"));
    expect(recorded).toEqual([told("boss")]);
  });

  it.each([
    ["was only asked for", event(BOSS, "delivery.requested", { id: BOSS })],
    ["was not taken", event(BOSS, "delivery.failed", { id: BOSS, reason: "403" })],
    ["is not wanted any more", event(BOSS, "delivery.overtaken", { id: BOSS })],
    ["cannot be read", event(BOSS, "delivery.sent", { id: 7 })],
    ["is of another stream", event(BOSS, "delivery.sent", { id: BOSS }, { stream: "incident/INC-001" })],
  ])("is not recorded where it %s", async (_what, given) => {
    const { react, recorded } = open([BOSS]);
    await react(given);
    expect(recorded).toEqual([]);
  });

  it.each([
    ["a page", "page/INC-001/1/1/1/ada/sms"],
    ["an update, which counts from when it was written", "page/INC-001/1/update/7/boss/mail"],
    ["a message of an incident's course", "INC-001@3/chat"],
  ])("is not %s", async (_what, id) => {
    const { react, recorded } = open([id]);
    await react(sent(id));
    expect(recorded).toEqual([]);
  });

  it("is not recorded of a delivery whose request is not there, or cannot be read", async () => {
    const { react, recorded, stored } = open();
    await react(sent(BOSS));
    stored.push(event(BOSS, "delivery.requested", { id: BOSS }));
    await react(sent(BOSS));
    stored.splice(0, 1, event(BOSS, "delivery.sent", { id: BOSS }));
    await react(sent(BOSS));
    expect(recorded).toEqual([]);
  });
});
