import { describe, expect, it, vi } from "vitest";
import { parseMatchers } from "../routing/parse-matchers.js";
import { alertNow, createTestStore, ROUTES, START_MS, startRouting } from "./routing-world.fixture.js";

const MINUTE_MS = 60_000;

async function world() {
  const now = { ms: START_MS };
  const store = createTestStore();
  const process = await startRouting(store, now);
  const { desk, intake } = process;
  const fire = async (part: Parameters<typeof alertNow>[1] = {}) => {
    await intake.take([alertNow(now, part)]);
    now.ms += 30_000;
    await desk.settle();
  };
  const end = async (part: Parameters<typeof alertNow>[1] = {}) => {
    await intake.take([alertNow(now, { status: "resolved", endsAtMs: now.ms, startsAtMs: START_MS, ...part })]);
    now.ms += 5 * MINUTE_MS;
    await desk.settle();
  };
  /** So long that everything that is over is forgotten, which happens when another alert comes. */
  const night = async () => {
    now.ms += 61 * MINUTE_MS;
    await intake.take([alertNow(now, { fingerprint: `at ${now.ms}`, labels: { job: "other" } })]);
  };
  return { now, store, fire, end, night, ...process };
}

describe("the course of an alert", () => {
  it("is what is known of it while it is known, with the group that only this process knows", async () => {
    const { desk, fire } = await world();
    await fire();
    const course = await desk.course("am/f1");
    expect(course).toEqual(desk.explain("am/f1"));
    expect(course?.trace.map(({ rule }) => rule)).toEqual(["route-taken", "grouped", "notified"]);
    expect(course?.told).toEqual(["ops"]);
  });

  it("says after the night why nobody was told, also by a process that was started since", async () => {
    const { desk, end, fire, night, now, silenceDesk, store } = await world();
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + 600 * MINUTE_MS };
    await silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "deploy" });
    await fire();
    await end();
    await night();
    expect(desk.explain("am/f1")).toBeUndefined();
    const course = await desk.course("am/f1");
    expect(course).toMatchObject({ alert: { key: "am/f1", status: "resolved" }, told: [] });
    expect(course?.routes.map(({ outcome }) => outcome)).toEqual(["taken", "not-matched"]);
    expect(course?.lines).toEqual([
      "2026-03-02T12:00:00.000Z the route {} took it for ops",
      "2026-03-02T12:00:00.000Z silenced until 2026-03-02T22:00:00.000Z by ada: deploy (silence s1)",
      "2026-03-02T12:00:30.000Z silenced until 2026-03-02T22:00:00.000Z by ada: deploy (silence s1)",
    ]);
    const again = await startRouting(store, now);
    const told = await again.desk.course("am/f1");
    expect(told?.lines.filter((line) => !line.includes(" grouped "))).toEqual(course?.lines);
  });

  it("has earlier firings too, and says who was told of the last one", async () => {
    const { desk, end, fire, night, now, silenceDesk } = await world();
    await fire();
    await end();
    await night();
    const secondMs = now.ms;
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + 600 * MINUTE_MS };
    await silenceDesk.create({ matchers: "job=web", schedule, author: "ada", reason: "deploy" });
    await fire();
    const course = await desk.course("am/f1");
    expect(course?.told).toEqual([]);
    const rules = course?.trace.map(({ atMs, rule }) => `${atMs < secondMs ? "first" : "second"} ${rule}`);
    expect(rules).toEqual([
      "first route-taken",
      "first notified",
      "first notified",
      "second route-taken",
      "second silenced",
      "second grouped",
      "second silenced",
    ]);
    expect(desk.explain("am/f1")?.trace).toHaveLength(4);
  });

  it("has what its group told while another alert of it was held back, and nothing that was only the other's", async () => {
    const { desk, fire, night, now } = await world();
    await fire({ fingerprint: "p", labels: { job: "web", severity: "page" } });
    await fire({ fingerprint: "t", labels: { job: "web", severity: "ticket" } });
    now.ms += 5 * MINUTE_MS;
    await fire({ fingerprint: "n", labels: { job: "web" } });
    now.ms += 5 * MINUTE_MS;
    await desk.settle();
    await night();
    const rulesOf = async (key: string) => (await desk.course(key))?.trace.map(({ rule }) => rule);
    expect(await rulesOf("am/t")).toEqual(["route-taken", "inhibited", "grouped", "inhibited", "inhibited"]);
    expect(await rulesOf("am/p")).toEqual(["route-taken", "grouped", "notified", "notified", "nothing-new"]);
  });

  it("is found in the groups of the labels that it had, where they have changed since", async () => {
    const { desk, end, fire, night } = await world();
    await fire();
    await fire({ labels: { job: "db" } });
    await end({ labels: { job: "db" } });
    await night();
    const course = await desk.course("am/f1");
    expect(course?.alert.labels).toEqual({ job: "db" });
    expect(course?.trace.map(({ rule }) => rule)).toEqual(["route-taken", "notified", "notified"]);
  });

  it("is of no alert that never was, and then asks the store nothing", async () => {
    const { desk, store } = await world();
    store.read = async () => {
      throw new Error("asked");
    };
    expect(await desk.course("am/none")).toBeUndefined();
  });

  it("leaves out what can not be read", async () => {
    const { desk, now, store } = await world();
    const broken = { id: "1", type: "external-alert.fired", atMs: 0, actor: "engine", data: {} };
    await store.append([{ stream: "external-alert/am/x", expectedVersion: 0, events: [broken] }]);
    expect(await desk.course("am/x")).toBeUndefined();
    const data = { groupId: "g", receiver: "ops", held: [] };
    const misplaced = { id: "2", type: "alert-group.held", atMs: 0, actor: "engine", data };
    await store.append([{ stream: "external-alert/am/y", expectedVersion: 0, events: [misplaced] }]);
    const again = await startRouting(store, now);
    expect(await again.desk.course("am/x")).toBeUndefined();
    expect(await again.desk.course("am/y")).toBeUndefined();
  });
});

describe("what the course of an alert costs the store", () => {
  const asked = async (prepare: (w: Awaited<ReturnType<typeof world>>) => Promise<void>) => {
    const w = await world();
    await prepare(w);
    const reads: (readonly [stream: string, events: number])[] = [];
    const { read } = w.store;
    w.store.read = async (stream, afterVersion) => {
      const events = await read(stream, afterVersion);
      reads.push([stream.split("/")[0] ?? "", events.length]);
      return events;
    };
    return { course: await w.desk.course("am/f1"), reads };
  };

  it("is its last 64 words, and who was told where it began before them", async () => {
    const { course, reads } = await asked(async ({ fire, intake, now }) => {
      await fire();
      for (let index = 0; index < 64; index += 1) {
        now.ms += 1;
        await intake.take([alertNow(now, { labels: { job: "web", n: String(index) } })]);
      }
    });
    expect(reads).toEqual([
      ["external-alert", 64],
      ["alert-group", 1],
    ]);
    expect(course?.told).toEqual(["ops"]);
  });

  it("is 8 of its groups, those of its last firings", async () => {
    const { course, reads } = await asked(async ({ end, fire, night }) => {
      for (let index = 0; index < 12; index += 1) {
        await fire({ labels: { job: `j${index}` } });
        await end({ labels: { job: `j${index}` } });
      }
      await night();
    });
    expect(reads).toEqual([["external-alert", 24], ...Array.from({ length: 8 }, () => ["alert-group", 2])]);
    const notified = course?.trace.flatMap(({ atMs, rule }) => (rule === "notified" ? [atMs] : [])) ?? [];
    expect(notified).toHaveLength(16);
    expect(notified[0]).toBeGreaterThan(course?.trace[3]?.atMs ?? Infinity);
    expect(course?.told).toEqual(["ops"]);
  });

  it("is the last 128 words of a group, and 128 rules in all, the last ones", async () => {
    const now = { ms: START_MS };
    const store = createTestStore();
    const { desk, intake } = await startRouting(store, now, { ...ROUTES, groupIntervalMs: 1_000 });
    for (let index = 0; index < 65; index += 1) {
      await intake.take([alertNow(now)]);
      now.ms += 30_000;
      await desk.settle();
      await intake.take([alertNow(now, { status: "resolved", endsAtMs: now.ms })]);
      now.ms += 1_000;
      await desk.settle();
    }
    const { read } = store;
    const reads: number[] = [];
    store.read = async (stream, afterVersion) => {
      const events = await read(stream, afterVersion);
      reads.push(events.length);
      return events;
    };
    expect(store.log.filter(({ stream }) => stream.startsWith("alert-group/"))).toHaveLength(130);
    const course = await desk.course("am/f1");
    expect(reads).toEqual([64, 128]);
    expect(course?.trace).toHaveLength(128);
    expect(course?.trace.at(-1)).toMatchObject({ rule: "notified", atMs: now.ms });
  });
});

describe("alerts that are over", () => {
  const over = ({ book, now }: Awaited<ReturnType<typeof world>>, matchers = "") => {
    const parsed = parseMatchers(matchers);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return book.over(now.ms, parsed.value).map(({ alert, told }) => [alert.key, told]);
  };

  it("are listed from the end on, the last to end in front, with who was told", async () => {
    const w = await world();
    await w.fire();
    await w.fire({ fingerprint: "f2", labels: { job: "db" } });
    expect(w.book.over(w.now.ms)).toEqual([]);
    await w.end();
    await w.end({ fingerprint: "f2", labels: { job: "db" } });
    const both = [
      ["am/f2", ["ops"]],
      ["am/f1", ["ops"]],
    ];
    expect(over(w)).toEqual(both);
    expect(over(w, 'job="web"')).toEqual([["am/f1", ["ops"]]]);
    await w.night();
    expect(w.book.get("am/f1")).toBeUndefined();
    expect(over(w)).toEqual(both);
    expect(over(w, 'job="web"')).toEqual([["am/f1", ["ops"]]]);
    await w.fire();
    expect(over(w)).toEqual([["am/f2", ["ops"]]]);
  });

  it("are explained where they are looked at, and as they were when they were asked for", async () => {
    const w = await world();
    await w.fire();
    await w.end();
    await w.fire({ fingerprint: "f2" });
    await w.end({ fingerprint: "f2" });
    // Each line of an explanation has its instant in words.
    const explained = vi.spyOn(Date.prototype, "toISOString");
    const [second, first] = w.book.over(w.now.ms);
    expect(explained).not.toHaveBeenCalled();
    expect([second?.alert.key, second?.told]).toEqual(["am/f2", ["ops"]]);
    const ofOne = explained.mock.calls.length;
    explained.mockRestore();
    // Of its four rules one also says when its group is due.
    expect(ofOne).toBe(5);
    await w.night();
    expect(w.book.trace("am/f1")).toEqual([]);
    expect(first?.told).toEqual(["ops"]);
  });

  it("are the last 1,000 of those that nobody knows more of", async () => {
    const w = await world();
    const all = Array.from({ length: 1_001 }, (_, index) => ({ fingerprint: `f${index}`, startsAtMs: START_MS }));
    await w.intake.take(all.map((one) => alertNow(w.now, one)));
    await w.intake.take(all.map((one, at) => alertNow(w.now, { ...one, status: "resolved", endsAtMs: START_MS + at })));
    w.now.ms += 2_000;
    await w.intake.take(all.map((one, at) => alertNow(w.now, { ...one, status: "resolved", endsAtMs: START_MS + at })));
    w.now.ms += 30_000;
    await w.desk.settle();
    expect(w.book.over(w.now.ms)).toHaveLength(1_001);
    await w.night();
    expect(w.book.over(w.now.ms)).toHaveLength(1_000);
    expect(over(w).map(([key]) => key)).not.toContain("am/f0");
    expect(over(w).map(([key]) => key)).toContain("am/f1");
  });
});
