import { describe, expect, it } from "vitest";
import { createIncidentWorld } from "./incident-desk.fixture.js";
import { createOutsideAlerts } from "./outside-alerts.js";
import type { Receiver } from "./response-settings.js";
import { alertNow, createTestStore, START_MS, startRouting } from "./routing-world.fixture.js";

const MINUTE_MS = 60_000;

describe("the end of an alert", () => {
  it.each([
    ["later than that it fires again", ["alert-group/", "external-alert/"]],
    ["before that it fires again", ["external-alert/", "alert-group/"]],
  ])("is no end where the alert goes on when it is heard of, %s", async (_, order) => {
    const now = { ms: START_MS };
    const store = createTestStore();
    const routing = await startRouting(store, now, { receiver: "ops", groupBy: ["..."], groupWaitMs: 0 });
    const incidents = createIncidentWorld();
    const outside = createOutsideAlerts({
      book: routing.book,
      receivers: new Map([["ops", { name: "ops", opens: "incident", notifiers: [] }]]),
      incidents: incidents.desk,
      request: async () => {},
    });
    const incident = () => {
      const [{ external, id, status } = {}, ...others] = incidents.book.all();
      return [id, status, external?.status, others.length];
    };
    await routing.intake.take([alertNow(now)]);
    for (const event of store.log) await outside.react(event);
    const { length } = store.log;
    now.ms += MINUTE_MS;
    await routing.intake.take([alertNow(now, { status: "resolved", startsAtMs: START_MS, endsAtMs: now.ms })]);
    now.ms += 10 * MINUTE_MS;
    await routing.intake.take([alertNow(now)]);
    const late = store.log.slice(length);
    expect(late.map(({ type }) => type)).toEqual([
      "external-alert.resolved",
      "external-alert.fired",
      "alert-group.notified",
    ]);
    for (const stream of order) {
      for (const event of late.filter((one) => one.stream.startsWith(stream))) await outside.react(event);
      expect(incident()).toEqual(["INC-001", "declared", "firing", 0]);
    }
    now.ms += MINUTE_MS;
    await routing.intake.take([alertNow(now, { status: "resolved", endsAtMs: now.ms })]);
    for (const event of store.log.slice(length)) await outside.react(event);
    expect(incident()).toEqual(["INC-001", "resolved", "resolved", 0]);
  });
});

describe("the message about a group of alerts", () => {
  async function world() {
    const now = { ms: START_MS };
    const store = createTestStore();
    const routing = await startRouting(store, now);
    const receiver: Receiver = { name: "ops", opens: "nothing", notifiers: ["chat"] };
    const texts: string[] = [];
    const outside = createOutsideAlerts({
      book: routing.book,
      receivers: new Map([["ops", receiver]]),
      incidents: createIncidentWorld().desk,
      request: async (_id, _notifier, { text }) => void texts.push(text),
    });
    let reacted = 0;
    const passed = async (minutes: number) => {
      now.ms += minutes * MINUTE_MS;
      await routing.intake.endDue();
      await routing.desk.settle();
      for (const event of store.log.slice(reacted)) await outside.react(event);
      reacted = store.log.length;
      return texts.splice(0);
    };
    const say = (...parts: readonly Parameters<typeof alertNow>[1][]) =>
      routing.intake.take(parts.map((part) => alertNow(now, { startsAtMs: START_MS, ...part }, 5 * MINUTE_MS)));
    return { passed, say };
  }

  it("says how many of those that ended nobody said to be over", async () => {
    const { passed, say } = await world();
    await say({}, { fingerprint: "f2" }, { fingerprint: "f3" });
    expect(await passed(1)).toEqual(["3 firing (first)"]);
    await say({ status: "resolved" });
    expect(await passed(5)).toEqual(["3 resolved (all-resolved). Not sent again, and not said to be over: 2."]);
  });

  it("says nothing of the kind of what its source ended, nor of what has come again since", async () => {
    const { passed, say } = await world();
    const later = START_MS + 60 * MINUTE_MS;
    await say({}, { fingerprint: "f2", endsAtMs: later });
    await passed(1);
    expect(await passed(5)).toEqual([
      "1 firing, 1 resolved (some-resolved). Not sent again, and not said to be over: 1.",
    ]);
    await say({ startsAtMs: START_MS + 6 * MINUTE_MS, endsAtMs: later });
    expect(await passed(5)).toEqual(["2 firing (new-alerts)"]);
    await say({ startsAtMs: START_MS + 6 * MINUTE_MS, status: "resolved" });
    expect(await passed(5)).toEqual(["1 firing, 1 resolved (some-resolved)"]);
  });
});
