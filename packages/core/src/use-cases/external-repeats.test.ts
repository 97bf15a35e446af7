import { describe, expect, it } from "vitest";
import type { RouteSpec } from "../routing/route.js";
import type { TimeInterval } from "../routing/time-interval.js";
import { createExternalRepeats } from "./external-repeats.js";
import { createIncidentWorld } from "./incident-desk.fixture.js";
import { createOutsideAlerts } from "./outside-alerts.js";
import type { Receiver } from "./response-settings.js";
import { alertNow, createTestStore, ROUTES, START_MS, startRouting } from "./routing-world.fixture.js";

const MINUTE_MS = 60_000;
const COOLDOWN_MS = 10 * MINUTE_MS;
const opening = (name: string, more: Partial<Receiver> = {}): readonly [string, Receiver] => [
  name,
  { name, opens: "incident", notifiers: [], ...more },
];
const urgent = { alertname: "Down", job: "web", urgent: "yes", severity: "critical" };

/** An alert that opened INC-001 at the start, with what is said of it later. */
async function world(
  receivers = new Map([opening("ops"), opening("pager")]),
  routes: RouteSpec = ROUTES,
  timeIntervals: ReadonlyMap<string, readonly TimeInterval[]> = new Map(),
) {
  const now = { ms: START_MS };
  const store = createTestStore();
  const routing = await startRouting(store, now, routes, timeIntervals);
  const incidents = createIncidentWorld({ cooldownMs: COOLDOWN_MS });
  const shared = { book: routing.book, receivers, incidents: incidents.desk };
  const outside = createOutsideAlerts({ ...shared, request: async () => {} });
  const repeats = createExternalRepeats({
    ...shared,
    rules: routing.rules,
    incidentBook: incidents.book,
    cooldownMs: COOLDOWN_MS,
  });
  let reacted = 0;
  const say = async (...parts: readonly Parameters<typeof alertNow>[1][]) => {
    const said = parts.map((part) => alertNow(now, { labels: urgent, startsAtMs: START_MS, ...part }, 5 * MINUTE_MS));
    const receipts = await routing.intake.take(said);
    for (const event of store.log.slice(reacted)) await outside.react(event);
    reacted = store.log.length;
    return repeats.hear(receipts, now.ms);
  };
  await say({});
  const person = (type: "resolve" | "close", causeId: string) => {
    const asked = { actor: "ada", atMs: now.ms, causeId };
    return type === "resolve"
      ? incidents.desk.command("INC-001", { type, reason: "it is nothing", ...asked })
      : incidents.desk.command("INC-001", { type, how: "person", ...asked });
  };
  const acknowledge = () =>
    incidents.desk.command("INC-001", { type: "acknowledge", actor: "ada", atMs: now.ms, causeId: `ack@${now.ms}` });
  await acknowledge();
  const standing = () => incidents.book.all().map(({ id, status }) => `${id} ${status}`);
  return { now, say, person, acknowledge, standing, incidents, routing };
}

describe("an alert that goes on after people resolved its incident", () => {
  it("reopens it with its first repeat after the cooldown, and only once", async () => {
    const { acknowledge, incidents, now, person, say, standing } = await world();
    expect(await say({})).toBe(0);
    await person("resolve", "1");
    now.ms += COOLDOWN_MS - 5 * MINUTE_MS;
    await say({});
    now.ms += 5 * MINUTE_MS - 1;
    expect([await say({}), standing()]).toEqual([0, ["INC-001 resolved"]]);
    now.ms += 1;
    expect([await say({}), standing()]).toEqual([1, ["INC-001 declared"]]);
    expect(incidents.events("INC-001").findLast(({ type }) => type === "incident.reopened")).toMatchObject({
      actor: "engine",
      atMs: now.ms,
      data: {
        causeId: `repeat/am/f1/${START_MS}`,
        reason: "external/am/f1 goes on after the incident was resolved",
      },
    });
    const { length } = incidents.stored;
    now.ms += MINUTE_MS;
    expect([await say({}), incidents.stored.length]).toEqual([0, length]);
    // And again, where people resolve it once more.
    await acknowledge();
    await person("resolve", "2");
    now.ms += 4 * MINUTE_MS;
    await say({});
    now.ms += 4 * MINUTE_MS;
    await say({});
    now.ms += 2 * MINUTE_MS;
    expect([await say({}), standing()]).toEqual([1, ["INC-001 declared"]]);
  });

  it("says among the rules that it met that it was a repeat", async () => {
    const { incidents, now, person, say } = await world();
    await person("resolve", "1");
    now.ms += 2 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 8 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    expect(incidents.events("INC-001").findLast(({ type }) => type === "incident.alert-traced")).toMatchObject({
      atMs: now.ms,
      data: { trace: expect.arrayContaining([{ atMs: now.ms, rule: "deduplicated", sinceMs: START_MS }]) },
    });
  });

  it("opens another one where people have closed it too", async () => {
    const { now, person, say, standing } = await world();
    await person("resolve", "1");
    await person("close", "2");
    now.ms += 4 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 6 * MINUTE_MS - 1;
    expect([await say({}), standing()]).toEqual([0, ["INC-001 closed"]]);
    now.ms += 1;
    expect([await say({}), standing()]).toEqual([1, ["INC-002 declared", "INC-001 closed"]]);
  });

  it.each([
    { does: ["resolve"], stand: ["INC-001 declared"] },
    { does: ["resolve", "close"], stand: ["INC-002 declared", "INC-001 closed"] },
  ] as const)(
    "is heard of within the cooldown where it ended and fires anew, after: $does",
    async ({ does, stand }) => {
      const { incidents, now, person, routing, say, standing } = await world();
      for (const one of does) await person(one, one);
      now.ms += MINUTE_MS;
      await say({ status: "resolved" });
      now.ms += MINUTE_MS;
      await say({ startsAtMs: now.ms });
      now.ms += 5 * MINUTE_MS;
      await routing.desk.settle();
      expect(await say({ startsAtMs: now.ms - 5 * MINUTE_MS })).toBe(0);
      expect(standing()).toEqual(stand);
      const [holder] = incidents.book.all();
      expect(holder?.external).toMatchObject({ status: "firing", startsAtMs: now.ms - 5 * MINUTE_MS });
      // And the end of that firing resolves what it opened.
      await say({ status: "resolved", startsAtMs: now.ms - 5 * MINUTE_MS });
      expect(standing()).toEqual(stand.map((one) => one.replace("declared", "resolved")));
    },
  );

  it("has the service and the severity that its receiver says", async () => {
    const { incidents, now, person, say } = await world(
      new Map([opening("pager", { service: "shop", severity: "SEV1" })]),
    );
    await person("resolve", "1");
    await person("close", "2");
    now.ms += 4 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 6 * MINUTE_MS;
    expect(await say({})).toBe(1);
    expect(incidents.book.get("INC-002")).toMatchObject({ service: "shop", severity: "SEV1" });
  });

  it("is let be while a silence holds it back, while its route is muted, and where its receiver opens nothing any more", async () => {
    const receivers = new Map([opening("ops"), opening("pager")]);
    const { now, person, routing, say, standing } = await world(receivers);
    await person("resolve", "1");
    now.ms += 4 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 6 * MINUTE_MS;
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + MINUTE_MS };
    await routing.silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "known" });
    expect(await say({})).toBe(0);
    now.ms += MINUTE_MS;
    receivers.set(...opening("pager", { opens: "nothing" }));
    expect([await say({}), standing()]).toEqual([0, ["INC-001 resolved"]]);
    receivers.set(...opening("pager"));
    expect([await say({}), standing()]).toEqual([1, ["INC-001 declared"]]);
  });

  it("is let be while the route is muted that told of it, and by a route that did not tell of it", async () => {
    const tenPast: TimeInterval = { times: [[730, 735]] };
    const routes = {
      ...ROUTES,
      routes: [
        {
          matchers: ["urgent=yes"],
          receiver: "pager",
          groupWaitMs: 0,
          muteTimeIntervals: ["ten past"],
          continue: true,
        },
        { matchers: ["urgent=yes"], receiver: "ops", groupWaitMs: 60 * MINUTE_MS },
      ],
    };
    const { now, person, say } = await world(undefined, routes, new Map([["ten past", [tenPast]]]));
    await person("resolve", "1");
    now.ms += 4 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 6 * MINUTE_MS;
    expect(await say({})).toBe(0);
    now.ms += 5 * MINUTE_MS;
    expect(await say({})).toBe(1);
  });

  it("is not heard of where the same batch says that it is over, nor where it fires anew", async () => {
    const { now, person, say, standing } = await world();
    await person("resolve", "1");
    now.ms += 4 * MINUTE_MS;
    await say({ endsAtMs: START_MS + 60 * MINUTE_MS });
    now.ms += 6 * MINUTE_MS;
    expect(await say({}, { status: "resolved" })).toBe(0);
    // Its group tells of the new firing after its wait, and a repeat does not do so before.
    const waiting = { labels: { ...urgent, urgent: "no" } };
    now.ms += MINUTE_MS;
    await say({ ...waiting, startsAtMs: now.ms });
    now.ms += 10_000;
    expect([await say({ ...waiting, startsAtMs: now.ms - 10_000 }), standing()]).toEqual([0, ["INC-001 resolved"]]);
  });
});
