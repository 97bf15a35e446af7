import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { ReceivedAlert } from "../alert/external-alert.js";
import { closableAt } from "../incident/auto-close.js";
import { explainIncident } from "../incident/explain/alert-trace.js";
import { isOpenStatus } from "../incident/incident-lifecycle.js";
import { incidentKeys, incidentSignals } from "../incident/incident-signal.js";
import { incidentTimeline } from "../incident/incident-timeline.js";
import { replayIncident } from "../incident/parse-incident-event.js";
import type { StoredEvent } from "../ports/event-store.js";
import type { RouteSpec } from "../routing/route.js";
import { createExternalRepeats } from "./external-repeats.js";
import { createIncidentWorld } from "./incident-desk.fixture.js";
import type { EvidenceQuery } from "./incident-evidence.js";
import { createOutsideAlerts } from "./outside-alerts.js";
import type { Receiver } from "./response-settings.js";
import { alertNow, createTestStore, START_MS, startRouting } from "./routing-world.fixture.js";

const MINUTE_MS = 60_000;
const COOLDOWN_MS = 10 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const routes = (more: RouteSpec = {}): RouteSpec => ({
  receiver: "ops",
  groupBy: ["alertname"],
  groupWaitMs: 0,
  groupIntervalMs: MINUTE_MS,
  ...more,
});

/** Alerts of one group, their incidents, and people; `pages` are the events that page somebody. */
async function world(route: RouteSpec = routes(), receiver: Partial<Receiver> = {}) {
  const now = { ms: START_MS };
  const store = createTestStore();
  const routing = await startRouting(store, now, route);
  const looked: EvidenceQuery[] = [];
  const gatherer = { name: "changes", gather: async (query: EvidenceQuery) => (looked.push(query), []) };
  const incidents = createIncidentWorld({ cooldownMs: COOLDOWN_MS, gatherers: [gatherer] });
  const receivers = new Map<string, Receiver>(
    ["ops", "pager"].map((name) => [name, { name, opens: "incident", notifiers: [], ...receiver }]),
  );
  const shared = { book: routing.book, receivers, incidents: incidents.desk };
  const outside = createOutsideAlerts({ ...shared, request: async () => {} });
  const repeats = createExternalRepeats({
    ...shared,
    rules: routing.rules,
    incidentBook: incidents.book,
    cooldownMs: COOLDOWN_MS,
  });
  let reacted = 0;
  const react = async (stored = (event: StoredEvent) => event) => {
    for (const event of store.log.slice(reacted)) await outside.react(stored(event));
    reacted = store.log.length;
  };
  const take = async (...received: readonly Partial<ReceivedAlert>[]) => {
    const receipts = await routing.intake.take(received.map((one) => alertNow(now, one)));
    await react();
    await repeats.hear(receipts, now.ms);
  };
  const instance = (name: string, more: Partial<ReceivedAlert> = {}, severity = "warning"): Partial<ReceivedAlert> => ({
    fingerprint: name,
    labels: { alertname: "Down", instance: name, severity },
    startsAtMs: now.ms,
    ...more,
  });
  return {
    now,
    routing,
    incidents,
    looked,
    take,
    instance,
    fire: (...names: readonly string[]) => take(...names.map((name) => instance(name))),
    end: (...names: readonly string[]) =>
      take(...names.map((name) => instance(name, { status: "resolved", startsAtMs: START_MS, endsAtMs: now.ms }))),
    async wait(ms: number, stored?: (event: StoredEvent) => StoredEvent) {
      now.ms += ms;
      await routing.intake.endDue();
      await routing.desk.settle();
      await react(stored);
    },
    /** Everything that was stored is heard of again, as after a crash before it was taken note of. */
    async hearAgain() {
      reacted = 0;
      await react();
    },
    person: (type: "acknowledge" | "resolve" | "close", id = "INC-001") => {
      const asked = { actor: "ada", atMs: now.ms, causeId: `${type}/${id}@${incidents.stored.length}` };
      if (type === "acknowledge") return incidents.desk.command(id, { type, ...asked });
      if (type === "resolve") return incidents.desk.command(id, { type, reason: "fixed", ...asked });
      return incidents.desk.command(id, { type, how: "person", ...asked });
    },
    standing: () =>
      incidents.book
        .all()
        .map(({ followed, id, severity, status }) => `${id} ${status} ${severity} with ${followed.length} more`),
    pages: () =>
      incidents.stored
        .filter(({ type }) => ["incident.declared", "incident.reopened", "incident.severity-changed"].includes(type))
        .map(({ stream, type }) => `${stream.slice("incident/".length)} ${type.slice("incident.".length)}`),
  };
}

describe("a group of alerts", () => {
  it("is one incident and one page, whatever number of instances is down, and resolves with the last", async () => {
    const { end, fire, incidents, looked, pages, standing, take, instance, wait } = await world();
    const names = Array.from({ length: 40 }, (_, index) => `i${index}`);
    await fire(...names);
    expect([standing(), pages()]).toEqual([["INC-001 declared SEV3 with 39 more"], ["INC-001 declared"]]);
    expect(incidents.book.get("INC-001")?.title).toBe("Down (40 alerts)");
    // What is around the service was looked for once, and not for each of them.
    expect(looked).toHaveLength(1);
    await fire("late");
    await wait(MINUTE_MS);
    expect([standing(), pages().length]).toEqual([["INC-001 declared SEV3 with 40 more"], 1]);
    await take(instance("worse", {}, "critical"));
    await wait(MINUTE_MS);
    expect([standing(), pages()]).toEqual([
      ["INC-001 declared SEV2 with 41 more"],
      ["INC-001 declared", "INC-001 severity-changed"],
    ]);
    await end(...names, "late");
    expect(standing()).toEqual(["INC-001 declared SEV2 with 41 more"]);
    expect(looked).toHaveLength(1);
    await end("worse");
    expect(standing()).toEqual(["INC-001 resolved SEV2 with 41 more"]);
    expect(looked).toHaveLength(2);
  });

  it("opens with its worst alert, so that it is answered at once as what it is", async () => {
    const { incidents, instance, pages, standing, take } = await world();
    await take(instance("a"), instance("b", {}, "sev1"), instance("c", {}, "critical"), instance("d", {}, "p1"));
    expect([standing(), pages()]).toEqual([["INC-001 declared SEV1 with 3 more"], ["INC-001 declared"]]);
    expect(incidentSignals(incidents.book.all()[0] as never).map(({ key }) => key)).toEqual([
      "external/am/b",
      "external/am/d",
      "external/am/c",
      "external/am/a",
    ]);
  });

  it("has what its receiver says, and the title of its only alert where there is one", async () => {
    const { fire, incidents } = await world(routes(), { service: "payments", severity: "SEV1" });
    await fire("a");
    expect(incidents.book.get("INC-001")).toMatchObject({
      title: "Down",
      service: "payments",
      serviceTier: 1,
      severity: "SEV1",
      groups: [{ labels: { alertname: "Down" } }],
    });
  });

  it("is an incident for each of its alerts where its route says so, or names no label to group by", async () => {
    for (const route of [routes({ incident: "per-alert" }), routes({ groupBy: [] }), routes({ groupBy: ["..."] })]) {
      const { fire, incidents, standing } = await world(route);
      await fire("a", "b");
      expect(standing()).toEqual(["INC-002 declared SEV3 with 0 more", "INC-001 declared SEV3 with 0 more"]);
      expect(incidents.book.get("INC-001")).toMatchObject({ title: "Down", groups: [] });
    }
    // What was stored before there was a choice says nothing of it.
    const before = await world(routes({ groupWaitMs: MINUTE_MS }));
    await before.fire("a", "b");
    await before.wait(MINUTE_MS, ({ data, ...event }) => {
      const { incident: _, ...rest } = data as { readonly incident?: string };
      return { ...event, data: rest };
    });
    expect(before.standing()).toHaveLength(2);
    const { fire, standing } = await world(routes({ groupBy: [], incident: "per-group" }));
    await fire("a", "b");
    expect(standing()).toEqual(["INC-001 declared SEV3 with 1 more"]);
  });

  it("is another incident where its labels are others", async () => {
    const { instance, standing, take } = await world();
    await take(instance("a"), instance("b", { labels: { alertname: "Slow" } }));
    expect(standing()).toHaveLength(2);
  });

  it("lets nobody join who is silenced or inhibited", async () => {
    const { fire, instance, now, routing, standing, take, wait } = await world();
    const schedule = { startsAtMs: now.ms, endsAtMs: now.ms + 2 * MINUTE_MS };
    await routing.silenceDesk.create({ matchers: "instance=quiet", schedule, author: "ada", reason: "known" });
    await take(instance("a"), instance("quiet", {}, "critical"));
    const inhibited = { alertname: "Down", instance: "c", severity: "ticket", job: "web" };
    await take({
      fingerprint: "p",
      labels: { alertname: "Cluster", severity: "page", job: "web" },
      startsAtMs: now.ms,
    });
    await take(instance("c", { labels: inhibited }));
    await wait(MINUTE_MS);
    expect(standing()).toEqual(["INC-002 declared SEV2 with 0 more", "INC-001 declared SEV3 with 0 more"]);
    await fire("d");
    await wait(MINUTE_MS);
    // What outlives its silence is told then, and joins.
    expect(standing()).toEqual(["INC-002 declared SEV2 with 0 more", "INC-001 declared SEV2 with 2 more"]);
  });

  it("reopens within the cooldown for an alert that is new in it, and opens another after it", async () => {
    const first = await world();
    await first.fire("a");
    await first.wait(MINUTE_MS);
    await first.end("a");
    await first.wait(COOLDOWN_MS - MINUTE_MS);
    await first.fire("b");
    await first.wait(MINUTE_MS - 1);
    expect([first.standing(), first.pages()]).toEqual([
      ["INC-001 declared SEV3 with 1 more"],
      ["INC-001 declared", "INC-001 reopened"],
    ]);
    expect(first.incidents.events("INC-001").find(({ type }) => type === "incident.reopened")?.data).toMatchObject({
      reason: 'the group {alertname="Down"} has another alert within its cooldown of 10 min',
    });
    const second = await world();
    await second.fire("a");
    await second.wait(MINUTE_MS);
    await second.end("a");
    await second.wait(COOLDOWN_MS);
    await second.fire("b");
    expect(second.standing()).toEqual(["INC-002 declared SEV3 with 0 more", "INC-001 resolved SEV3 with 0 more"]);
    // And what was of the former one joins the one that is open now.
    await second.fire("a");
    await second.wait(MINUTE_MS);
    expect(second.standing()).toEqual(["INC-002 declared SEV3 with 1 more", "INC-001 resolved SEV3 with 0 more"]);
  });

  it("is let be for the cooldown where people resolved it, unless an alert is new in it", async () => {
    const { fire, incidents, now, pages, person, standing, take, instance, wait } = await world();
    const goesOn = (name: string) => instance(name, { startsAtMs: START_MS, endsAtMs: START_MS + 9 * HOUR_MS });
    await take(goesOn("a"), goesOn("b"));
    await person("acknowledge");
    await person("resolve");
    await wait(COOLDOWN_MS - 1);
    await take(goesOn("a"), goesOn("b"));
    expect(standing()).toEqual(["INC-001 resolved SEV3 with 1 more"]);
    expect(closableAt(incidents.book.all()[0] as never, now.ms + 48 * HOUR_MS).closable).toBe(false);
    await fire("c");
    await wait(MINUTE_MS);
    expect([standing(), pages().length]).toEqual([["INC-001 declared SEV3 with 2 more"], 2]);
  });

  it("goes on in its incident however late an alert is new in it, as long as the others go on", async () => {
    const { fire, person, standing, take, instance, wait } = await world();
    await take(instance("a", { endsAtMs: START_MS + 9 * HOUR_MS }));
    await person("acknowledge");
    await person("resolve");
    await wait(2 * HOUR_MS);
    await fire("b");
    await wait(MINUTE_MS);
    expect(standing()).toEqual(["INC-001 declared SEV3 with 1 more"]);
  });

  it("comes back with the repeats of its alerts as one incident, where people resolved it or closed it too", async () => {
    for (const closes of [false, true]) {
      const { pages, person, standing, take, instance, wait } = await world();
      const goesOn = (name: string) => instance(name, { startsAtMs: START_MS, endsAtMs: START_MS + 9 * HOUR_MS });
      await take(goesOn("a"), goesOn("b"), goesOn("c"));
      await person("acknowledge");
      await person("resolve");
      if (closes) await person("close");
      await wait(COOLDOWN_MS);
      await take(goesOn("a"), goesOn("b"), goesOn("c"));
      expect(standing()).toEqual(
        closes
          ? ["INC-002 declared SEV3 with 2 more", "INC-001 closed SEV3 with 2 more"]
          : ["INC-001 declared SEV3 with 2 more"],
      );
      expect(pages()).toHaveLength(2);
    }
  });

  it("comes back as an incident for each alert where its route says so", async () => {
    const { person, standing, take, instance, wait } = await world(routes({ incident: "per-alert" }));
    const goesOn = (name: string) => instance(name, { startsAtMs: START_MS, endsAtMs: START_MS + 9 * HOUR_MS });
    await take(goesOn("a"), goesOn("b"));
    for (const id of ["INC-001", "INC-002"]) {
      await person("acknowledge", id);
      await person("resolve", id);
      await person("close", id);
    }
    await wait(COOLDOWN_MS);
    await take(goesOn("a"), goesOn("b"));
    expect(standing().slice(0, 2)).toEqual(["INC-004 declared SEV3 with 0 more", "INC-003 declared SEV3 with 0 more"]);
  });

  it("follows its incident into the one that it is merged into", async () => {
    const { fire, incidents, instance, now, standing, take, wait } = await world();
    await take(instance("a"), instance("z", { labels: { alertname: "Slow" } }));
    const merge = {
      type: "merge",
      into: "INC-002",
      reason: "one cause",
      actor: "ada",
      atMs: now.ms,
      causeId: "m",
    } as const;
    expect(await incidents.desk.command("INC-001", merge)).toMatchObject({ ok: true });
    await fire("b");
    await wait(MINUTE_MS);
    expect(standing()).toEqual(["INC-002 declared SEV3 with 2 more", "INC-001 closed SEV3 with 0 more"]);
    // A part of it may go on as another incident; the group does not go with it.
    const split = { type: "split", keys: ["external/am/b"], title: "b", severity: "SEV3", reason: "its own" } as const;
    await incidents.desk.command("INC-002", { ...split, actor: "ada", atMs: now.ms, causeId: "s" });
    await fire("c");
    await wait(MINUTE_MS);
    expect(standing().slice(0, 2)).toEqual(["INC-003 declared SEV3 with 1 more", "INC-002 declared SEV3 with 2 more"]);
    const restarted = incidents.open();
    await restarted.journal.replay();
    expect(restarted.book.all()).toEqual(incidents.book.all());
    expect(restarted.book.get("INC-002")?.groups.map(({ labels }) => labels)).toEqual([
      { alertname: "Slow" },
      { alertname: "Down" },
    ]);
  });

  it("changes nothing where it is heard of again, and is the same after a restart", async () => {
    const { end, fire, hearAgain, incidents, instance, standing, take, wait } = await world();
    await fire("a", "b");
    await take(instance("c", {}, "critical"));
    await wait(MINUTE_MS);
    await end("a");
    const { length } = incidents.stored;
    await hearAgain();
    expect([incidents.stored.length, standing()]).toEqual([length, ["INC-001 declared SEV2 with 2 more"]]);
    const restarted = incidents.open();
    await restarted.journal.replay();
    expect(restarted.book.all()).toEqual(incidents.book.all());
    expect(restarted.book.unreadable()).toEqual([]);
  });

  it("is told in the incident's course with its labels and the rules that each of its alerts met", async () => {
    const { fire, incidents } = await world();
    await fire("a", "b");
    const course = replayIncident(await incidents.store.read("incident/INC-001"));
    if (!course.ok || course.value === undefined) throw new Error("it reads");
    const { events } = course.value;
    expect(incidentTimeline(events).map(({ text }) => text)).toContain(
      'The alert {alertname="Down", instance="b", severity="warning"} of am joined with the group {alertname="Down"} (SEV3). Down',
    );
    const { routing } = explainIncident("INC-001", events);
    expect(routing.map(({ key }) => key)).toEqual(["external/am/a", "external/am/b"]);
    expect(routing[1]?.trace).toMatchObject([
      { rule: "route-taken", receiver: "ops" },
      { rule: "grouped", labels: { alertname: "Down" }, others: 1 },
      { rule: "notified", why: "first" },
    ]);
  });
});

type Step =
  | { readonly kind: "fire" | "end"; readonly names: readonly string[] }
  | { readonly kind: "acknowledge" | "resolve" | "close" | "merge" | "hear-again" }
  | { readonly kind: "wait"; readonly ms: number };

const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "x", "y"), { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("fire" as const), names }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("end" as const), names }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1_000, MINUTE_MS, 4 * MINUTE_MS, COOLDOWN_MS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "acknowledge" as const,
        "resolve" as const,
        "close" as const,
        "merge" as const,
        "hear-again" as const,
      ),
    }),
  },
);

describe("whatever happens to alerts of groups", () => {
  const play = async (steps: readonly Step[]) => {
    const played = await world();
    const { incidents, now, take, wait } = played;
    // x and y are of another group.
    const labels = (name: string) => ({ alertname: name < "m" ? "Down" : "Slow", instance: name });
    const firing = new Map<string, number>();
    const check = () => {
      const open = incidents.book.all().filter(({ status }) => isOpenStatus(status));
      const keys = open.flatMap((one) => incidentKeys(one).map(({ key }) => key));
      for (const key of new Set(keys)) {
        const holder = incidents.book.register(key);
        expect(holder?.status, key).toBe("open");
      }
      const groups = open.flatMap((one) =>
        one.groups.map(({ id }) => id).filter((id) => held(one.id, `alert-group/${id}`)),
      );
      expect(new Set(groups).size).toBe(groups.length);
      expect(new Set(keys).size).toBe(keys.length);
    };
    const held = (id: string, key: string) => incidents.book.register(key)?.incidentId === id;
    for (const one of steps) {
      const newest = incidents.book.all()[0]?.id;
      if (one.kind === "wait") await wait(one.ms);
      else if (one.kind === "fire" || one.kind === "end") {
        const over = one.kind === "end";
        await take(
          ...one.names.map((name) => {
            const startsAtMs = firing.get(name) ?? now.ms;
            if (over) firing.delete(name);
            else firing.set(name, startsAtMs);
            const end = over
              ? ({ status: "resolved", endsAtMs: now.ms } as const)
              : { endsAtMs: now.ms + 99 * HOUR_MS };
            return { fingerprint: name, labels: labels(name), startsAtMs, ...end };
          }),
        );
      } else if (one.kind === "hear-again") {
        // A group that is heard of again tells how its alerts stand now: what it still owes would come early, and is news.
        await wait(5 * MINUTE_MS);
        // Which rules an alert met is noted anew in the incident that it was merged into meanwhile.
        const news = () => incidents.stored.filter(({ type }) => type !== "incident.alert-traced").length;
        const before = news();
        await played.hearAgain();
        expect(news()).toBe(before);
      } else if (one.kind === "merge") {
        const [into, from] = incidents.book.all();
        if (into === undefined || from === undefined) continue;
        const asked = { actor: "ada", atMs: now.ms, causeId: `merge@${incidents.stored.length}` };
        await incidents.desk.command(from.id, { type: "merge", into: into.id, reason: "same", ...asked });
      } else if (newest !== undefined) await played.person(one.kind, newest);
      check();
    }
    return { ...played, firing };
  };

  test.prop([fc.array(step, { maxLength: 30 })], { numRuns: 150 })(
    "there is at most one open incident for each alert and each group, and every alert that goes on is in one",
    async (steps) => {
      const { firing, incidents, now, take, wait } = await play(steps);
      // Once the groups have told, and their repeats have been heard after every cooldown.
      await wait(2 * MINUTE_MS);
      await wait(COOLDOWN_MS);
      const repeat = [...firing].map(([name, startsAtMs]) => ({
        fingerprint: name,
        labels: { alertname: name < "m" ? "Down" : "Slow", instance: name },
        startsAtMs,
        endsAtMs: now.ms + 99 * HOUR_MS,
      }));
      if (repeat.length > 0) await take(...repeat);
      const open = incidents.book.all().filter(({ status }) => isOpenStatus(status));
      for (const name of firing.keys()) {
        const about = open.filter((one) => incidentSignals(one).some(({ key }) => key === `external/am/${name}`));
        expect(about, name).toHaveLength(1);
      }
      for (const one of open) expect(incidentSignals(one).some(({ status }) => status === "firing")).toBe(true);
      expect(open.length).toBeLessThanOrEqual(2);
      // What is not open can be closed in time: nothing in it is left to go on for ever.
      for (const one of incidents.book.all().filter(({ status }) => status === "resolved")) {
        expect(closableAt(one, now.ms + 1_000 * HOUR_MS).closable).toBe(true);
      }
    },
  );
});
