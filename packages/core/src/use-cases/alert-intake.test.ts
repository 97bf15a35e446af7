import { describe, expect, it } from "vitest";
import type { ExternalAlert } from "../alert/external-alert.js";
import { alertNow, createTestStore, ROUTES, START_MS, startRouting } from "./routing-world.fixture.js";
import { ROUTING_TIMER } from "./routing-desk.js";

const MINUTE_MS = 60_000;

async function world() {
  const now = { ms: START_MS };
  const store = createTestStore();
  const process = await startRouting(store, now);
  const types = () => store.log.map(({ type }) => type);
  const outcomes = async (...alerts: Parameters<typeof process.intake.take>[0][number][]) =>
    (await process.intake.take(alerts)).map(({ outcome }) => outcome);
  return { now, store, types, outcomes, ...process };
}

describe("taking alerts in", () => {
  it("stores a batch in one append, each in its own stream, with the rules that it met", async () => {
    const { intake, now, store } = await world();
    const batch = Array.from({ length: 64 }, (_, index) => alertNow(now, { fingerprint: `f${index}` }));
    const receipts = await intake.take(batch);
    expect(receipts[63]).toEqual({
      key: "am/f63",
      outcome: "fired",
      trace: [{ atMs: START_MS, rule: "route-taken", routeId: "{}", receiver: "ops" }],
    });
    expect([store.appends, store.log.length]).toEqual([1, 64]);
    expect(store.log[0]).toEqual({
      id: "external-alert/am/f0@1",
      stream: "external-alert/am/f0",
      version: 1,
      position: 1,
      type: "external-alert.fired",
      atMs: START_MS,
      actor: "engine",
      data: { alert: batch[0], trace: receipts[0]?.trace },
    });
  });

  it("stores what comes at the same time together, and gives each its own receipts", async () => {
    const { intake, now, store } = await world();
    const taken = await Promise.all(
      ["a", "b", "c"].map((fingerprint) =>
        intake.take([alertNow(now, { fingerprint }), alertNow(now, { fingerprint: `${fingerprint}2` })]),
      ),
    );
    expect(taken.map((receipts) => receipts.map(({ key }) => key))).toEqual([
      ["am/a", "am/a2"],
      ["am/b", "am/b2"],
      ["am/c", "am/c2"],
    ]);
    // The first went alone, as nothing else was there yet.
    expect(store.appends).toBe(2);
  });

  it("stores in the same append who handed in what it stores, together where they came together", async () => {
    const { intake, now, store } = await world();
    const handIn = { actor: "prometheus", via: "prometheus", bodyHash: "h1" };
    const [a, b, c] = ["a", "b", "c"].map((fingerprint) => alertNow(now, { fingerprint })) as [
      ExternalAlert,
      ExternalAlert,
      ExternalAlert,
    ];
    await Promise.all([
      intake.take([a], handIn),
      intake.take([a, b], { ...handIn, bodyHash: "h2" }),
      intake.take([b], { ...handIn, bodyHash: "known by then" }),
      intake.take([c]),
    ]);
    expect(store.appends).toBe(2);
    expect(store.log.map(({ id }) => id)).toEqual([
      "external-alert/am/a@1",
      "alert-hand-in/prometheus@1",
      "external-alert/am/b@1",
      "external-alert/am/c@1",
      "alert-hand-in/prometheus@2",
    ]);
    expect(store.log.filter(({ type }) => type === "alerts.handed-in")).toMatchObject([
      { actor: "prometheus", atMs: START_MS, data: { alerts: 1, stored: 1, bodies: ["h1"] } },
      { actor: "prometheus", atMs: START_MS, data: { alerts: 2, stored: 1, bodies: ["h2"] } },
    ]);
    await intake.take([a, b, c], handIn);
    expect(store.log).toHaveLength(5);
  });

  it("bounds what one transaction stores", async () => {
    const { intake, now, store } = await world();
    const batch = (name: string, size: number) =>
      Array.from({ length: size }, (_, index) => alertNow(now, { fingerprint: `${name}${index}` }));
    await Promise.all([
      intake.take(batch("a", 1)),
      intake.take(batch("b", 256)),
      intake.take(batch("c", 256)),
      intake.take(batch("d", 1)),
      intake.take(batch("e", 600)),
    ]);
    expect(store.appends).toBe(4);
    expect(store.log).toHaveLength(1_114);
  });

  it("knows a repeat, and stores only what a crash may not lose", async () => {
    const { now, outcomes, types, book } = await world();
    const repeat = () => alertNow(now, { startsAtMs: START_MS }, 4 * MINUTE_MS);
    expect(await outcomes(repeat())).toEqual(["fired"]);
    now.ms += MINUTE_MS;
    expect(await outcomes(repeat())).toEqual(["deduplicated"]);
    now.ms += MINUTE_MS;
    // Two minutes are left of what is stored, half of the four that were given anew.
    expect(await outcomes(repeat())).toEqual(["deduplicated"]);
    expect(book.get("am/f1")?.endsAtMs).toBe(now.ms + 4 * MINUTE_MS);
    now.ms += 1;
    expect(await outcomes(repeat())).toEqual(["extended"]);
    expect(types()).toEqual(["external-alert.fired", "alert-group.notified", "external-alert.extended"]);
  });

  it("stores an end that moved nearer, one that went away, and labels that changed", async () => {
    const { now, outcomes } = await world();
    expect(await outcomes(alertNow(now, { endsAtMs: now.ms + 9_000 }))).toEqual(["fired"]);
    expect(await outcomes(alertNow(now))).toEqual(["extended"]);
    expect(await outcomes(alertNow(now))).toEqual(["deduplicated"]);
    expect(await outcomes(alertNow(now, { labels: { alertname: "Down", job: "db" } }))).toEqual(["extended"]);
    expect(await outcomes(alertNow(now, { labels: { alertname: "Down", job: "db", x: "y" } }))).toEqual(["extended"]);
    expect(await outcomes(alertNow(now, { labels: { alertname: "Down", job: "db", z: "y" } }))).toEqual(["extended"]);
    const { now: other, outcomes: take } = await world();
    expect(await take(alertNow(other, {}, 9_000))).toEqual(["fired"]);
    expect(await take(alertNow(other, { endsAtMs: other.ms + 8_999 }))).toEqual(["extended"]);
  });

  it("says since when a repeated alert fires", async () => {
    const { intake, now } = await world();
    await intake.take([alertNow(now)]);
    now.ms += 1_000;
    expect(await intake.take([alertNow(now)])).toEqual([
      { key: "am/f1", outcome: "deduplicated", trace: [{ atMs: now.ms, rule: "deduplicated", sinceMs: START_MS }] },
    ]);
  });

  it("ends an alert once, and has nothing to say of the end of one that it does not know", async () => {
    const { book, now, outcomes, store } = await world();
    const over = () => alertNow(now, { status: "resolved", startsAtMs: START_MS });
    expect(await outcomes(over())).toEqual(["ignored"]);
    await outcomes(alertNow(now));
    now.ms += 5_000;
    expect(book.active(now.ms)).toHaveLength(1);
    expect(await outcomes(over(), over())).toEqual(["resolved", "ignored"]);
    expect(store.log.at(-1)).toMatchObject({
      type: "external-alert.resolved",
      data: { how: "source", alert: { status: "resolved", endsAtMs: now.ms } },
    });
    expect(book.active(now.ms)).toEqual([]);
    expect(await outcomes(alertNow(now))).toEqual(["fired"]);
  });

  it("keeps the order of what one batch says of the same alert", async () => {
    const { now, outcomes, store } = await world();
    expect(await outcomes(alertNow(now), alertNow(now), alertNow(now, { status: "resolved" }), alertNow(now))).toEqual([
      "fired",
      "deduplicated",
      "resolved",
      "fired",
    ]);
    expect(store.log.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it("does not bring back what a batch says has ended, whatever it said before", async () => {
    const { book, now, outcomes } = await world();
    const over = alertNow(now, { status: "resolved" });
    expect(await outcomes(alertNow(now), alertNow(now), over, over)).toEqual([
      "fired",
      "deduplicated",
      "resolved",
      "ignored",
    ]);
    expect(book.active(now.ms)).toEqual([]);
    expect(book.get("am/f1")).toMatchObject({ status: "resolved" });
  });

  it("ends what was not sent again in time", async () => {
    const { intake, now, store, book } = await world();
    await intake.take([
      alertNow(now, {}, 5 * MINUTE_MS),
      alertNow(now, { fingerprint: "f2", endsAtMs: now.ms + 6 * MINUTE_MS }),
    ]);
    now.ms += 5 * MINUTE_MS - 1;
    expect(await intake.endDue()).toEqual([]);
    now.ms += 1;
    expect(await intake.endDue()).toEqual(["am/f1"]);
    expect(store.log.at(-1)).toMatchObject({
      stream: "external-alert/am/f1",
      type: "external-alert.resolved",
      data: { how: "timeout", silentMs: 5 * MINUTE_MS, alert: { status: "resolved", endsAtMs: now.ms } },
    });
    now.ms += MINUTE_MS;
    expect(await intake.endDue()).toEqual(["am/f2"]);
    expect(store.log.at(-1)).toMatchObject({ data: { how: "source", silentMs: 6 * MINUTE_MS } });
    expect(await intake.endDue()).toEqual([]);
    expect(book.active(now.ms)).toEqual([]);
  });

  it("counts from the last repeat for how long it was not sent again, whether that was stored or not", async () => {
    const { book, intake, now, outcomes, store } = await world();
    const repeat = () => alertNow(now, { startsAtMs: START_MS }, 5 * MINUTE_MS);
    await outcomes(repeat());
    expect(book.heardAtMs("am/f1")).toBe(START_MS);
    now.ms += MINUTE_MS;
    expect(await outcomes(repeat())).toEqual(["deduplicated"]);
    expect([book.heardAtMs("am/f1"), book.heardAtMs("am/f2")]).toEqual([START_MS + MINUTE_MS, undefined]);
    now.ms += 5 * MINUTE_MS;
    await intake.endDue();
    expect(store.log.at(-1)).toMatchObject({ data: { how: "timeout", silentMs: 5 * MINUTE_MS } });
    now.ms += MINUTE_MS;
    await outcomes(repeat(), alertNow(now, { status: "resolved", startsAtMs: START_MS }));
    expect(store.log.findLast(({ type }) => type === "external-alert.resolved")?.data).not.toHaveProperty("silentMs");
  });

  it("tells whoever sent it when storage failed, and takes the next", async () => {
    const { intake, now, store } = await world();
    store.away = true;
    await expect(intake.take([alertNow(now)])).rejects.toThrow("storage is away");
    store.away = false;
    expect(await intake.take([alertNow(now)])).toMatchObject([{ outcome: "fired" }]);
  });
});

describe("a group of alerts in the service", () => {
  it("tells in the same breath where nobody waits, with the alert as its cause", async () => {
    const { desk, intake, now, store } = await world();
    await intake.take([alertNow(now, { labels: { alertname: "Down", urgent: "yes", job: "web" } })]);
    expect(store.log.at(-1)).toMatchObject({
      type: "alert-group.notified",
      stream: expect.stringMatching(/^alert-group\/[0-9a-f]{16}$/),
      actor: "engine",
      atMs: START_MS,
      data: {
        routeId: '{}/{urgent="yes"}',
        receiver: "pager",
        labels: { job: "web" },
        why: "first",
        firing: ["am/f1"],
        resolved: [],
        held: [],
      },
    });
    expect(desk.explain("am/f1")).toMatchObject({
      told: ["pager"],
      alert: { key: "am/f1" },
      lines: [
        '2026-03-02T12:00:00.000Z the route {}/{urgent="yes"} took it for pager',
        '2026-03-02T12:00:00.000Z grouped by {job="web"} with 0 others for pager; due at 2026-03-02T12:00:00.000Z',
        "2026-03-02T12:00:00.000Z pager is told, as it is the group's first",
      ],
      routes: [{ outcome: "passed-down" }, { outcome: "taken" }],
    });
    expect(desk.explain("am/unknown")).toBeUndefined();
  });

  it("is woken by one timer for whatever is due next", async () => {
    const { desk, intake, now, store, timers } = await world();
    await intake.take([alertNow(now)]);
    await intake.take([alertNow(now, { fingerprint: "f2", labels: { job: "db" } })]);
    expect(timers).toEqual([{ key: ROUTING_TIMER, atMs: START_MS + 30_000, fence: START_MS }]);
    await intake.take([alertNow(now, { fingerprint: "f3" }, 10_000)]);
    expect(timers.at(-1)).toEqual({ key: ROUTING_TIMER, atMs: START_MS + 10_000, fence: START_MS + 1 });
    now.ms += 30_000;
    await intake.endDue();
    expect(await desk.settle()).toBe(2);
    expect(store.log.slice(-2).map(({ data }) => data)).toMatchObject([
      { labels: { job: "web" } },
      { labels: { job: "db" } },
    ]);
    expect(timers.at(-1)).toEqual({ key: ROUTING_TIMER, atMs: START_MS + 330_000, fence: now.ms });
    expect(await desk.settle()).toBe(0);
    expect(timers).toHaveLength(3);
  });

  it("does many at once, and all that are due", async () => {
    const { desk, intake, now, store } = await world();
    await intake.take(
      Array.from({ length: 300 }, (_, index) =>
        alertNow(now, { fingerprint: `f${index}`, labels: { job: `j${index}` } }),
      ),
    );
    now.ms += 30_000;
    const before = store.appends;
    expect(await desk.settle()).toBe(300);
    expect(store.appends - before).toBe(2);
  });

  it("stores once why it told nobody, and tells when that is over", async () => {
    const { desk, intake, now, silenceDesk, types, store } = await world();
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + 10 * MINUTE_MS };
    await silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "deploy" });
    await intake.take([alertNow(now)]);
    now.ms += 30_000;
    await desk.settle();
    expect(store.log.at(-1)).toMatchObject({
      type: "alert-group.held",
      data: {
        receiver: "ops",
        held: [{ key: "am/f1", rules: [{ rule: "silenced", silenceId: "s1", author: "ada" }] }],
      },
    });
    now.ms += 5 * MINUTE_MS;
    await desk.settle();
    now.ms += 5 * MINUTE_MS;
    expect(await desk.settle()).toBe(1);
    now.ms += 5 * MINUTE_MS;
    await desk.settle();
    expect(types()).toEqual(["silence.created", "external-alert.fired", "alert-group.held", "alert-group.notified"]);
    expect(desk.explain("am/f1")?.lines.map((line) => line.slice(25, 45))).toEqual([
      "the route {} took it",
      "silenced until 2026-",
      'grouped by {job="web',
      "silenced until 2026-",
      "ops is told, as it i",
    ]);
  });

  it("holds back what another alert inhibits, and forgets the reason with the group", async () => {
    const { book, desk, intake, now, store } = await world();
    await intake.take([
      alertNow(now, { fingerprint: "p", labels: { severity: "page", job: "web", urgent: "yes" } }),
      alertNow(now, { fingerprint: "t", labels: { severity: "ticket", job: "web" } }),
    ]);
    now.ms += 30_000;
    await desk.settle();
    expect(store.log.at(-1)).toMatchObject({
      type: "alert-group.held",
      data: { held: [{ key: "am/t", rules: [{ rule: "inhibited", name: "page", sourceKey: "am/p" }] }] },
    });
    const [group] = book.groups.of("am/t");
    expect(book.lastHeld(group?.id ?? "")).toContain("inhibited");
    await intake.take([
      alertNow(now, {
        fingerprint: "p",
        status: "resolved",
        labels: { severity: "page", job: "web", urgent: "yes" },
        startsAtMs: START_MS,
      }),
    ]);
    await intake.take([
      alertNow(now, {
        fingerprint: "t",
        status: "resolved",
        labels: { severity: "ticket", job: "web" },
        startsAtMs: START_MS,
      }),
    ]);
    now.ms += 5 * MINUTE_MS;
    await desk.settle();
    expect(store.log.findLast(({ type }) => type === "alert-group.held")).toMatchObject({
      data: { held: [{ rules: [{ rule: "over-before-told" }] }] },
    });
    expect([book.groups.has("am/t"), book.lastHeld(group?.id ?? "")]).toEqual([false, undefined]);
  });

  it("forgets an alert an hour after its end", async () => {
    const { book, desk, intake, now } = await world();
    await intake.take([alertNow(now)]);
    now.ms += 30_000;
    await desk.settle();
    await intake.take([alertNow(now, { status: "resolved", startsAtMs: START_MS })]);
    await desk.settle();
    now.ms += 60 * MINUTE_MS - 1;
    await desk.settle();
    await intake.take([alertNow(now, { fingerprint: "f2" })]);
    expect(book.get("am/f1")).toBeDefined();
    now.ms += 1;
    await intake.take([alertNow(now, { fingerprint: "f3" })]);
    expect([book.get("am/f1"), book.storedEndMs("am/f1"), book.trace("am/f1")]).toEqual([undefined, undefined, []]);
    expect([book.heardAtMs("am/f1"), book.silentMs("am/f1")]).toEqual([undefined, undefined]);
  });

  it("does not forget an alert whose end a receiver has still to hear of", async () => {
    const { book, desk, intake, now, silenceDesk, store } = await world();
    await intake.take([alertNow(now)]);
    now.ms += 30_000;
    await desk.settle();
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + 90 * MINUTE_MS };
    await silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "deploy" });
    await intake.take([alertNow(now, { status: "resolved", startsAtMs: START_MS })]);
    now.ms += 60 * MINUTE_MS;
    await desk.settle();
    await intake.take([alertNow(now, { fingerprint: "f2", labels: { job: "db" } })]);
    expect(book.get("am/f1")).toMatchObject({ status: "resolved" });
    now.ms += 35 * MINUTE_MS;
    await desk.settle();
    expect(store.log.at(-1)?.data).toMatchObject({ why: "all-resolved", resolved: ["am/f1"] });
    now.ms += 30 * MINUTE_MS;
    await intake.take([alertNow(now, { fingerprint: "f3" })]);
    expect(book.get("am/f1")).toBeUndefined();
  });
});

describe("an alert that ends and fires again before its group tells again", () => {
  it("is told of anew, by whoever knows only what is stored too", async () => {
    const { now, store, intake } = await world();
    await intake.take([alertNow(now, { labels: { urgent: "yes" } })]);
    now.ms += MINUTE_MS;
    await intake.take([alertNow(now, { labels: { urgent: "yes" }, status: "resolved", endsAtMs: now.ms })]);
    now.ms += MINUTE_MS;
    await intake.take([alertNow(now, { labels: { urgent: "yes" } })]);
    expect(store.log.at(-1)?.type).toBe("external-alert.fired");
    const again = await startRouting(store, now);
    now.ms = START_MS + 5 * MINUTE_MS;
    expect(await again.desk.settle()).toBe(1);
    expect(store.log.at(-1)?.data).toMatchObject({ why: "new-alerts", firing: ["am/f1"] });
    now.ms += 5 * MINUTE_MS;
    expect(await again.desk.settle()).toBe(0);
  });
});

describe("a clock that was put back", () => {
  it("does not take a new firing for one that is over", async () => {
    const { now, store, intake } = await world();
    await intake.take([alertNow(now)]);
    now.ms += MINUTE_MS;
    await intake.take([alertNow(now, { status: "resolved", endsAtMs: now.ms })]);
    const again = await startRouting(store, now);
    now.ms -= 1;
    expect(await again.intake.take([alertNow(now)])).toMatchObject([{ outcome: "fired" }]);
    expect(store.log.at(-1)?.type).toBe("external-alert.fired");
  });
});

describe("routing after a crash", () => {
  it("knows what it knew, tells nothing twice, and tells what was due", async () => {
    const { now, store, intake, desk } = await world();
    await intake.take([alertNow(now), alertNow(now, { fingerprint: "f2", labels: { job: "db" } })]);
    now.ms += 30_000;
    await desk.settle();
    await intake.take([
      alertNow(now, { fingerprint: "f3" }),
      alertNow(now, { fingerprint: "f4", labels: { job: "api" } }),
    ]);
    const again = await startRouting(store, now);
    await again.desk.open(0);
    expect(again.timers).toEqual([{ key: ROUTING_TIMER, atMs: START_MS + 60_000, fence: now.ms }]);
    // Whatever a process left whose clock was ahead.
    expect(again.cancelled).toEqual([{ key: ROUTING_TIMER, fence: Number.MAX_SAFE_INTEGER }]);
    expect(again.book.active(now.ms).map(({ key }) => key)).toEqual(["am/f1", "am/f2", "am/f3", "am/f4"]);
    expect(again.desk.explain("am/f1")?.lines).toEqual(desk.explain("am/f1")?.lines);
    now.ms += 30_000;
    expect(await again.desk.settle()).toBe(1);
    expect(store.log.at(-1)?.data).toMatchObject({ firing: ["am/f4"] });
    now.ms += 270_000;
    expect(await again.desk.settle()).toBe(1);
    expect(store.log.at(-1)?.data).toMatchObject({ why: "new-alerts", firing: ["am/f1", "am/f3"] });
  });

  it("lets no alert wait where the clock of the process that told its group was ahead", async () => {
    const { now, store, intake, desk } = await world();
    now.ms += 60 * MINUTE_MS;
    await intake.take([alertNow(now)]);
    now.ms += 30_000;
    await desk.settle();
    now.ms += 10_000;
    await intake.take([alertNow(now, { fingerprint: "f2" })]);
    now.ms = START_MS;
    const again = await startRouting(store, now);
    await again.desk.open(0);
    expect(again.timers).toEqual([{ key: ROUTING_TIMER, atMs: START_MS + 5 * MINUTE_MS, fence: START_MS }]);
    now.ms += MINUTE_MS;
    await again.intake.take([alertNow(now, { fingerprint: "f3" })]);
    now.ms = START_MS + 5 * MINUTE_MS - 1;
    expect(await again.desk.settle()).toBe(0);
    now.ms += 1;
    expect(await again.desk.settle()).toBe(1);
    expect(store.log.at(-1)?.data).toMatchObject({ why: "new-alerts", firing: ["am/f1", "am/f2", "am/f3"] });
    // Another process knows from what is stored that its group was told of then, and has the same next.
    now.ms += 1;
    const last = await startRouting(store, now);
    await last.desk.open(0);
    expect(last.book.nextDueMs()).toBe(START_MS + 10 * MINUTE_MS);
  });

  it("gives what could not be heard of while it was away time to be sent again", async () => {
    const { now, store, intake } = await world();
    await intake.take([alertNow(now, {}, 5 * MINUTE_MS), alertNow(now, { fingerprint: "f2" }, 20 * MINUTE_MS)]);
    now.ms += 10 * MINUTE_MS;
    const again = await startRouting(store, now);
    await again.desk.open(5 * MINUTE_MS);
    expect(await again.intake.endDue()).toEqual([]);
    expect(again.book.active(now.ms)).toHaveLength(2);
    expect(again.book.get("am/f2")?.endsAtMs).toBe(START_MS + 20 * MINUTE_MS);
    now.ms += 5 * MINUTE_MS;
    expect(await again.intake.endDue()).toEqual(["am/f1"]);
    // While it was away it could not hear: only the time since then was silence.
    expect(store.log.at(-1)).toMatchObject({ data: { how: "timeout", silentMs: 5 * MINUTE_MS } });
  });

  it("sets no timer where nothing waits, and names what it can not read", async () => {
    const now = { ms: START_MS };
    const store = createTestStore();
    await store.append([
      {
        stream: "external-alert/x",
        expectedVersion: 0,
        events: [{ id: "1", type: "external-alert.fired", atMs: 0, actor: "engine", data: {} }],
      },
      {
        stream: "silence/x",
        expectedVersion: 0,
        events: [{ id: "2", type: "silence.made", atMs: 0, actor: "ada", data: {} }],
      },
      {
        stream: "silence/y",
        expectedVersion: 0,
        events: [{ id: "3", type: "silence.expired", atMs: 0, actor: "ada", data: { id: "y" } }],
      },
    ]);
    const process = await startRouting(store, now, ROUTES);
    await process.desk.open(0);
    expect(process.timers).toEqual([]);
    expect(process.book.unreadable()).toEqual([
      expect.stringMatching(/^external-alert\/x, version 1: not an event of routing: /),
    ]);
    expect(process.silences.unreadable()).toEqual([
      "silence/x, version 1: not a silence's event that this version can read",
    ]);
    expect(process.silences.all()).toEqual([]);
  });
});

describe("the list of active alerts", () => {
  it("is those that fire and match", async () => {
    const { book, intake, now } = await world();
    await intake.take([alertNow(now), alertNow(now, { fingerprint: "f2", labels: { job: "db" } }, 1_000)]);
    const matcher = {
      name: "job",
      operator: "=",
      value: "db",
      matches: (labels: Readonly<Record<string, string>>) => labels["job"] === "db",
    } as const;
    expect(book.active(now.ms, [matcher]).map(({ key }) => key)).toEqual(["am/f2"]);
    expect(book.active(now.ms + 1_000).map(({ key }) => key)).toEqual(["am/f1"]);
  });
});

describe("silences in people's names", () => {
  it("are made, made longer and ended, each told to whoever relays it", async () => {
    const { now, relayed, silenceDesk, silences, store } = await world();
    const schedule = {
      startsAtMs: now.ms,
      endsAtMs: now.ms + 1_000,
      recurring: [{ weekdays: [[1, 1]] as const, location: "UTC" }],
    };
    const made = await silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "deploy" });
    expect(made).toMatchObject({ ok: true, value: { id: "s1", author: "ada", ...schedule } });
    expect(silences.matching({ job: "web" }, now.ms)).toHaveLength(1);
    const longer = await silenceDesk.extend("s1", { endsAtMs: now.ms + 2_000, author: "bo", reason: "slow" });
    expect(longer).toMatchObject({ ok: true, value: { endsAtMs: now.ms + 2_000 } });
    expect(silences.matching({ job: "web" }, now.ms + 1_500)).toHaveLength(1);
    expect(await silenceDesk.expire("s1", { author: "cy" })).toMatchObject({
      ok: true,
      value: { expired: { by: "cy" } },
    });
    expect(silences.matching({ job: "web" }, now.ms)).toEqual([]);
    expect(silences.all()).toHaveLength(1);
    expect(relayed()).toBe(3);
    expect(store.log.map(({ actor, stream, type }) => [stream, type, actor])).toEqual([
      ["silence/s1", "silence.created", "ada"],
      ["silence/s1", "silence.extended", "bo"],
      ["silence/s1", "silence.expired", "cy"],
    ]);
  });
  it("are refused with a reason, and nothing is stored", async () => {
    const { relayed, silenceDesk, store } = await world();
    expect(await silenceDesk.expire("s9", { author: "ada" })).toMatchObject({
      ok: false,
      error: { code: "unknown-silence" },
    });
    expect([store.log.length, relayed()]).toEqual([0, 0]);
  });
});
