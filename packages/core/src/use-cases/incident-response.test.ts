import { describe, expect, it } from "vitest";
import { alertAt, evaluationAt, MINUTE_MS, shareOf, START_MS } from "../incident/alert.fixture.js";
import { externalAlertOf } from "../incident/external/external.fixture.js";
import { createIncidentWorld, saidAt, storedAlert } from "./incident-desk.fixture.js";
import { EVIDENCE_REACH_MS, type EvidenceQuery } from "./incident-evidence.js";
import { createIncidentWork } from "./incident-work.js";

const at = (minutes: number) => START_MS + minutes * MINUTE_MS;
const person = { title: "Cards fail", severity: "SEV2", service: "payments" } as const;
const fired = (key: string, minutes = 0, type: Parameters<typeof alertAt>[0] = "alert.fired") =>
  storedAlert(alertAt(type, at(minutes), { key, alertId: `${key}@1` }), `${key}/${type}/${minutes}`);
const types = (world: ReturnType<typeof createIncidentWorld>, id: string) =>
  world.events(id).map(({ type }) => type.replace("incident.", ""));

describe("a person who declares an incident", () => {
  it("gets a number, the service's tier, and the same incident for the same request", async () => {
    const world = createIncidentWorld();
    const asked = { ...person, ...saidAt(0, "request-1"), detectedAtMs: at(-3), startedAtMs: at(-5) };
    expect(await world.desk.declare(asked)).toMatchObject({
      ok: true,
      value: { id: "INC-001", serviceTier: 1, declaredBy: "ada", detectedAtMs: at(-3), startedAtMs: at(-5) },
    });
    expect(await world.desk.declare({ ...asked, title: "Another" })).toMatchObject({
      value: { id: "INC-001", title: "Cards fail", version: 1 },
    });
    expect(await world.desk.declare({ ...person, ...saidAt(0, "request-2"), service: "unheard-of" })).toMatchObject({
      value: { id: "INC-002" },
    });
    const other = world.open();
    await other.journal.replay();
    expect(await other.desk.declare(asked)).toMatchObject({ value: { id: "INC-001" } });
    expect(world.stored).toHaveLength(2);
  });

  it("is told what is wrong", async () => {
    const world = createIncidentWorld();
    expect(await world.desk.declare({ ...person, ...saidAt(0, "r"), title: " " })).toMatchObject({
      ok: false,
      error: { code: "empty-text", field: "title" },
    });
    expect(world.stored).toEqual([]);
  });
});

describe("an alert from elsewhere", () => {
  const take = (world: ReturnType<typeof createIncidentWorld>, minutes: number, causeId: string, changes = {}) =>
    world.desk.takeExternal(externalAlertOf(changes), { atMs: at(minutes), causeId });

  it("opens an incident, is deduplicated, resolves it, and reopens it within the cooldown", async () => {
    const world = createIncidentWorld();
    expect(await take(world, 0, "a")).toEqual({ kind: "open-new" });
    expect(await take(world, 1, "b")).toEqual({ kind: "update", incidentId: "INC-001" });
    expect(await take(world, 1, "b")).toEqual({ kind: "update", incidentId: "INC-001" });
    await take(world, 5, "c", { status: "resolved", endsAtMs: at(5) });
    expect(world.book.get("INC-001")).toMatchObject({ status: "resolved", serviceTier: 1 });
    expect(world.book.register("external/prometheus/abc")).toMatchObject({
      status: "released",
      alertId: "external/prometheus/abc@2026-11-21T09:59:00.000Z",
    });
    expect(await take(world, 6, "d")).toMatchObject({ kind: "ignore" });
    expect(await take(world, 10, "e", { startsAtMs: at(9) })).toMatchObject({ kind: "reopen" });
    expect(types(world, "INC-001").filter((type) => type !== "evidence-attached")).toEqual([
      "declared",
      "external-updated",
      "resolved",
      "reopened",
      "external-updated",
    ]);
    // Its own word at each turn; the repeats of "b" and "d" are none.
    expect(world.book.get("INC-001")?.evidence.map(({ id }) => id)).toEqual(["a/alert", "c/alert", "e/alert"]);
    await take(world, 11, "f", { status: "resolved", startsAtMs: at(9), endsAtMs: at(11) });
    expect(await take(world, 60, "g", { startsAtMs: at(60) })).toEqual({ kind: "open-new" });
    expect(world.book.all().map(({ id, status }) => [id, status])).toEqual([
      ["INC-002", "declared"],
      ["INC-001", "resolved"],
    ]);
  });

  it("is evidence from the instant that it is heard of, where it claims to begin later", async () => {
    const world = createIncidentWorld();
    await take(world, 0, "a", { startsAtMs: at(3) });
    expect(world.book.get("INC-001")?.evidence).toMatchObject([{ id: "a/alert", fromMs: at(0), toMs: at(0) }]);
    const [, attached] = world.events("INC-001");
    expect(attached?.data).not.toHaveProperty("evidence.data.trace");
  });

  it("brings the trace of its route, and what its route knows better", async () => {
    const world = createIncidentWorld();
    const intake = {
      atMs: at(0),
      causeId: "a",
      service: "cards",
      severity: "SEV1",
      trace: { id: "all", rules: { route: ["all"] } },
    } as const;
    await world.desk.takeExternal(externalAlertOf(), intake);
    await world.desk.takeExternal(externalAlertOf(), intake);
    expect(world.book.get("INC-001")).toMatchObject({ service: "cards", severity: "SEV1" });
    expect(world.book.get("INC-001")).not.toHaveProperty("serviceTier");
    expect(world.events("INC-001")[1]).toMatchObject({
      type: "incident.evidence-attached",
      actor: "engine",
      data: {
        evidence: {
          id: "a/alert",
          kind: "other",
          source: "prometheus",
          fromMs: at(-1),
          toMs: at(0),
          hash: expect.stringMatching(/^sha-\d+$/u) as unknown,
          data: {
            status: "firing",
            startsAtMs: at(-1),
            labels: { alertname: "CardsFail", severity: "critical", service: "payments" },
            annotations: { summary: "Cards are refused", description: "Half of all cards are refused." },
            trace: { route: ["all"] },
          },
        },
      },
    });
    expect(world.events("INC-001")[2]).toMatchObject({
      type: "incident.alert-traced",
      actor: "engine",
      data: { causeId: "trace/external/prometheus/abc/all", key: "external/prometheus/abc", trace: { route: ["all"] } },
    });
    expect(world.stored).toHaveLength(4);
    const over = externalAlertOf({ key: "prometheus/other", status: "resolved", endsAtMs: at(0) });
    const ignored = await world.desk.takeExternal(over, { atMs: at(1), causeId: "b", trace: { id: "x", rules: {} } });
    expect(ignored).toMatchObject({ kind: "ignore" });
    expect(world.stored).toHaveLength(4);
    // The same rules once more are no news, and other ones are.
    await world.desk.takeExternal(externalAlertOf(), { ...intake, causeId: "c" });
    expect(world.stored).toHaveLength(4);
    await world.desk.takeExternal(externalAlertOf(), { ...intake, causeId: "d", trace: { id: "some", rules: [] } });
    expect(types(world, "INC-001")).toEqual(["declared", "evidence-attached", "alert-traced", "alert-traced"]);
  });
});

describe("two incidents that are one", () => {
  async function merged() {
    const world = createIncidentWorld();
    await world.desk.react(fired("a/burn"));
    await world.desk.react(fired("b/burn"));
    const asked = { type: "merge", into: "INC-001", reason: "the same outage", ...saidAt(5, "merge-1") } as const;
    const outcome = await world.desk.command("INC-002", asked);
    return { ...world, asked, outcome };
  }

  it("go on as one, which has both keys", async () => {
    const world = await merged();
    expect(world.outcome).toMatchObject({
      ok: true,
      value: { id: "INC-002", status: "closed", mergedInto: "INC-001" },
    });
    expect(world.book.get("INC-001")?.followed).toMatchObject([{ key: "b/burn", from: "INC-002", status: "firing" }]);
    expect(world.book.register("b/burn")).toMatchObject({ incidentId: "INC-001", status: "open" });
    expect(world.book.register("a/burn")).toMatchObject({ incidentId: "INC-001", status: "open" });
    const before = world.stored.length;
    expect(await world.desk.command("INC-002", world.asked)).toMatchObject({ ok: true });
    expect(world.stored).toHaveLength(before);
    await world.desk.react(fired("b/burn", 6, "alert.escalated"));
    expect(world.book.all()).toHaveLength(2);
    await world.desk.react(fired("b/burn", 7, "alert.resolved"));
    expect(world.book.get("INC-001")?.status).toBe("declared");
    await world.desk.react(fired("a/burn", 8, "alert.resolved"));
    expect(world.book.get("INC-001")?.status).toBe("resolved");
    expect([world.book.register("a/burn")?.status, world.book.register("b/burn")?.status]).toEqual([
      "released",
      "released",
    ]);
    const again = storedAlert(alertAt("alert.fired", at(9), { key: "b/burn", alertId: "b/burn@2" }), "again");
    await world.desk.react(again);
    expect(world.book.get("INC-001")?.status).toBe("declared");
    expect([world.book.register("a/burn")?.status, world.book.register("b/burn")?.status]).toEqual(["open", "open"]);
    const replayed = world.open();
    await replayed.journal.replay();
    expect(replayed.book.all()).toEqual(world.book.all());
  });

  it("reopen by the one key though another incident has taken the other", async () => {
    const world = await merged();
    await world.desk.react(fired("b/burn", 6, "alert.frozen"));
    await world.desk.command("INC-001", { type: "acknowledge", ...saidAt(7, "ack") });
    await world.desk.react(fired("a/burn", 8, "alert.resolved"));
    await world.desk.command("INC-001", { type: "resolve", reason: "fixed", ...saidAt(9, "res") });
    const later = storedAlert(alertAt("alert.fired", at(60), { key: "a/burn", alertId: "a/burn@2" }), "later");
    await world.desk.react(later);
    expect(world.book.register("a/burn")).toMatchObject({ incidentId: "INC-003", status: "open" });
    await world.desk.react(fired("b/burn", 61, "alert.escalated"));
    expect(world.book.get("INC-001")?.status).toBe("declared");
    expect(world.book.register("a/burn")).toMatchObject({ incidentId: "INC-003", status: "open" });
    expect(world.book.register("b/burn")).toMatchObject({ incidentId: "INC-001", status: "open" });
    await world.desk.react(
      storedAlert(alertAt("alert.resolved", at(62), { key: "b/burn", alertId: "b/burn@1" }), "end"),
    );
    expect(world.book.get("INC-001")?.status).toBe("resolved");
    expect(world.book.register("a/burn")).toMatchObject({ incidentId: "INC-003", status: "open" });
    const byHand = { type: "reopen", reason: "not yet", ...saidAt(63, "by-hand") } as const;
    expect(await world.desk.command("INC-001", byHand)).toMatchObject({ ok: false, error: { code: "key-taken" } });
  });

  it("are not merged into what is not there or not open, and nothing is written then", async () => {
    const world = createIncidentWorld();
    await world.desk.react(fired("a/burn"));
    await world.desk.react(fired("b/burn"));
    await world.desk.react(fired("b/burn", 1, "alert.resolved"));
    const before = world.stored.length;
    const merge = (from: string, into: string, cause: string) =>
      world.desk.command(from, { type: "merge", into, reason: "same", ...saidAt(5, cause) });
    expect(await merge("INC-001", "INC-404", "1")).toMatchObject({
      error: { code: "unknown-incident", incidentId: "INC-404" },
    });
    expect(await merge("INC-404", "INC-001", "2")).toMatchObject({
      error: { code: "unknown-incident", incidentId: "INC-404" },
    });
    expect(await merge("INC-001", "INC-002", "3")).toMatchObject({
      error: { code: "move-not-allowed", incidentId: "INC-002", command: "absorb" },
    });
    expect(await merge("INC-002", "INC-001", "4")).toMatchObject({
      error: { code: "move-not-allowed", incidentId: "INC-002", command: "merge" },
    });
    expect(world.stored).toHaveLength(before);
  });

  it("can be split again, with the alert that came", async () => {
    const world = await merged();
    const asked = {
      type: "split",
      keys: ["b/burn"],
      reason: "two causes after all",
      title: "Search is slow",
      severity: "SEV3",
      service: "search",
      ...saidAt(9, "split-1"),
    } as const;
    expect(await world.desk.command("INC-001", asked)).toMatchObject({
      ok: true,
      value: { id: "INC-001", followed: [] },
    });
    expect(world.book.get("INC-003")).toMatchObject({
      title: "Search is slow",
      severity: "SEV3",
      service: "search",
      splitFrom: "INC-001",
      followed: [{ key: "b/burn", from: "INC-001" }],
    });
    expect(world.book.get("INC-003")).not.toHaveProperty("serviceTier");
    expect(world.book.register("b/burn")).toMatchObject({ incidentId: "INC-003", status: "open" });
    const before = world.stored.length;
    expect(await world.desk.command("INC-001", asked)).toMatchObject({ ok: true });
    expect(world.stored).toHaveLength(before);
    await world.desk.react(fired("b/burn", 10, "alert.resolved"));
    expect(world.book.get("INC-003")?.status).toBe("resolved");
  });

  it("are split within the service by default, and refused with a reason", async () => {
    const world = createIncidentWorld();
    await world.desk.react(fired("a/burn"));
    const split = { type: "split", keys: [], reason: "two", title: "B", severity: "SEV4" } as const;
    await world.desk.command("INC-001", { ...split, ...saidAt(1, "s1") });
    expect(world.book.get("INC-002")).toMatchObject({ service: "payments", serviceTier: 1 });
    const before = world.stored.length;
    const refused = (id: string, changes: object, cause: string) =>
      world.desk.command(id, { ...split, ...saidAt(2, cause), ...changes });
    expect(await refused("INC-001", { keys: ["a/burn"] }, "s2")).toMatchObject({ error: { code: "foreign-alert" } });
    expect(await refused("INC-001", { title: "" }, "s3")).toMatchObject({
      error: { code: "empty-text", field: "title" },
    });
    expect(await refused("INC-404", {}, "s4")).toMatchObject({ error: { code: "unknown-incident" } });
    expect(world.stored).toHaveLength(before);
    const person = await world.desk.declare({ title: "C", severity: "SEV4", service: "new", ...saidAt(3, "d") });
    expect(person).toMatchObject({ value: { id: "INC-003" } });
    await world.desk.command("INC-003", { ...split, ...saidAt(4, "s5") });
    expect(world.book.get("INC-004")).not.toHaveProperty("serviceTier");
  });
});

describe("the evidence of a transition", () => {
  const looked: EvidenceQuery[] = [];
  const gatherers = [
    {
      name: "changes",
      gather: async (query: EvidenceQuery) => {
        looked.push(query);
        const { causeId, fromMs, toMs } = query;
        const data = { changes: ["deploy-7"], none: undefined };
        return [
          {
            id: `${causeId}/changes`,
            kind: "changes",
            source: "git",
            fromMs,
            toMs,
            summary: "one deploy",
            data,
          } as const,
        ];
      },
    },
    { name: "logs", gather: async () => Promise.reject(new Error("token=secret")) },
  ];

  it("is how the SLO stands and what is found around the service, each with hash and interval", async () => {
    const evaluation = evaluationAt(at(4));
    const world = createIncidentWorld({ gatherers, evaluation: () => evaluation });
    await world.desk.react(fired("payments-availability/burn"));
    expect(world.book.get("INC-001")?.evidence.map(({ id }) => id.split("/").at(-1))).toEqual([
      "evaluation",
      "windows",
      "changes",
      "logs",
    ]);
    await world.desk.command("INC-001", { type: "note", text: "x", ...saidAt(3, "n") });
    expect(world.book.get("INC-001")?.evidence).toHaveLength(4);
    await world.desk.command("INC-001", { type: "acknowledge", ...saidAt(4, "ack") });
    const found = world.book.get("INC-001")?.evidence.slice(4);
    expect(found).toMatchObject([
      { id: "ack/evaluation", kind: "evaluation", summary: "how payments-availability stood at acknowledge" },
      { id: "ack/windows", kind: "windows", toMs: at(4) },
      { id: "ack/changes", kind: "changes", fromMs: at(4) - EVIDENCE_REACH_MS, toMs: at(4), hash: "sha-24" },
      { id: "ack/logs", kind: "other", source: "logs", summary: "logs could not be looked at", hash: "sha-4" },
    ]);
    expect(JSON.stringify(world.stored)).not.toContain("secret");
    expect(looked.at(-1)).toEqual({
      incidentId: "INC-001",
      service: "payments",
      causeId: "ack",
      fromMs: at(-56),
      toMs: at(4),
    });
  });

  it("joins what the command carries itself, and is what is found where nothing is evaluated", async () => {
    const world = createIncidentWorld({ gatherers });
    const own = {
      id: "own",
      kind: "other",
      source: "ada",
      fromMs: 0,
      toMs: 1,
      hash: "h",
      summary: "a screenshot",
      data: null,
    } as const;
    await world.desk.declare({ ...person, ...saidAt(0, "d"), evidence: [own] });
    expect(world.book.get("INC-001")?.evidence.map(({ id }) => id)).toEqual(["own", "d/changes", "d/logs"]);
    await world.desk.command("INC-001", {
      type: "acknowledge",
      evidence: [{ ...own, id: "own-2" }],
      ...saidAt(1, "a"),
    });
    expect(
      world.book
        .get("INC-001")
        ?.evidence.slice(3)
        .map(({ id }) => id),
    ).toEqual(["own-2", "a/changes", "a/logs"]);
    await world.desk.react(fired("x/burn"));
    await world.desk.command("INC-002", { type: "acknowledge", ...saidAt(1, "b") });
    expect(
      world.book
        .get("INC-002")
        ?.evidence.slice(4)
        .map(({ id }) => id),
    ).toEqual(["b/changes", "b/logs"]);
    const plain = createIncidentWorld({ evaluation: () => undefined });
    await plain.desk.react(fired("x/burn"));
    await plain.desk.command("INC-001", { type: "acknowledge", ...saidAt(1, "b") });
    expect(plain.book.get("INC-001")?.evidence).toHaveLength(2);
  });
});

describe("an incident that is over", () => {
  it("closes by itself a day after its last alert, once", async () => {
    const world = createIncidentWorld();
    await world.desk.react(fired("a/burn"));
    await world.desk.react(fired("a/burn", 5, "alert.resolved"));
    expect(await world.desk.closeDue(at(5) + 86_399_999)).toEqual([]);
    expect(await world.desk.closeDue(at(5) + 86_400_000)).toEqual(["INC-001"]);
    expect(await world.desk.closeDue(at(5) + 86_400_001)).toEqual([]);
    expect(world.book.register("a/burn")).toMatchObject({ status: "closed" });
    await world.desk.react(fired("a/burn", 5, "alert.resolved"));
    expect(types(world, "INC-001").at(-1)).toBe("closed");
  });
});

describe("missed targets", () => {
  it("are recorded once each, calls only where somebody records them", async () => {
    const world = createIncidentWorld();
    await world.desk.react(fired("a/burn"));
    expect(await world.desk.recordBreaches(at(15))).toEqual([]);
    expect(await world.desk.recordBreaches(at(16))).toEqual(["INC-001"]);
    expect(await world.desk.recordBreaches(at(17))).toEqual([]);
    expect(await world.desk.recordBreaches(at(31))).toEqual(["INC-001"]);
    expect(world.book.get("INC-001")?.breaches.map(({ kind }) => kind)).toEqual(["acknowledge", "stakeholders"]);
    expect(world.events("INC-001").at(-1)).toMatchObject({ atMs: at(31), actor: "engine" });
    const calling = createIncidentWorld({ recordsCalls: true });
    await calling.desk.react(fired("a/burn"));
    await calling.desk.react(fired("b/burn", 10));
    expect(await calling.desk.recordBreaches(at(16))).toEqual(["INC-001"]);
    expect(calling.book.get("INC-001")?.breaches.map(({ kind }) => kind)).toEqual(["acknowledge", "escalate"]);
    await calling.desk.command("INC-002", { type: "merge", into: "INC-001", reason: "same", ...saidAt(30, "m") });
    expect(await calling.desk.recordBreaches(at(31))).toEqual(["INC-001"]);
    expect(calling.book.get("INC-002")?.breaches).toEqual([]);
  });
});

describe("the work with incidents", () => {
  function workOn(world: ReturnType<typeof createIncidentWorld>) {
    let ids = 0;
    let relayed = 0;
    const clock = { nowMs: at(0) };
    const settings = { sliceMs: 15_000, cooldownMs: 0, autoCloseAfterMs: 0 };
    const slices = [{ sloId: "a", sliceMs: at(0), good: 1, total: 2, slices: 1 }];
    const recorded = { settings, services: [], slos: [], slices };
    const work = createIncidentWork({
      book: world.book,
      desk: world.desk,
      events: world.store,
      shares: () => shareOf(100),
      recorded: async ({ state }) => ({ ...recorded, settings: { ...recorded.settings, cooldownMs: state.id.length } }),
      people: [{ id: "ada", name: "Ada Lovelace" }],
      nowMs: () => clock.nowMs,
      nextId: () => `id-${(ids += 1)}`,
      relay: async () => (relayed += 1),
    });
    return { work, clock, relayed: () => relayed };
  }

  it("stamps what people ask, does a request once, and publishes what it did", async () => {
    const world = createIncidentWorld();
    const { clock, relayed, work } = workOn(world);
    await work.declareIncident({ ...person, actor: "ada", causeId: "key" });
    await work.declareIncident({ ...person, actor: "ada", causeId: "key" });
    clock.nowMs = at(2);
    const note = { type: "note", text: "x", actor: "ada" } as const;
    await work.commandIncident("INC-001", note);
    await work.commandIncident("INC-001", note);
    expect(types(world, "INC-001")).toEqual(["declared", "noted", "noted"]);
    expect(world.events("INC-001")[1]).toMatchObject({ atMs: at(2), data: { causeId: "id-1" } });
    expect(relayed()).toBe(4);
    const stale = await work.commandIncident("INC-001", { ...note, expectedVersion: 1 });
    expect(stale).toMatchObject({ ok: false, error: { code: "version-mismatch", presentVersion: 3 } });
    expect(relayed()).toBe(4);
  });

  it("gives an incident's file", async () => {
    const world = createIncidentWorld();
    const { clock, work } = workOn(world);
    await world.desk.react(fired("payments-availability/burn"));
    await world.desk.react(fired("b/burn"));
    await work.commandIncident("INC-001", { type: "acknowledge", actor: "ada" });
    const action = { title: "T", owner: "o", priority: "P0", dueAtMs: at(5) } as const;
    await work.commandIncident("INC-001", { type: "add-action", ...action, actor: "ada" });
    const why = { section: "why", text: "Ada Lovelace slept." } as const;
    await work.commandIncident("INC-001", { type: "edit-postmortem", ...why, actor: "ada" });
    clock.nowMs = at(10);
    const file = await work.incidentFile("INC-001");
    expect(file?.postmortem.sections.find(({ id }) => id === "why")?.edit?.markdown).toBe("a responder slept.");
    expect(file?.cost).toMatchObject({ totalMs: 10 * MINUTE_MS, budget: { kind: "measured", bad: 100 } });
    expect(file?.clocks[0]).toMatchObject({ kind: "acknowledge", outcome: "met" });
    expect(file?.similar.map(({ incidentId }) => incidentId)).toEqual(["INC-002"]);
    expect(file?.reminders).toMatchObject([{ kind: "overdue" }]);
    expect(file?.explanation.traces).toHaveLength(1);
    expect(file?.postmortem.sections.find(({ id }) => id === "impact")?.generated).toContain("100 bad events");
    const later = await work.incidentFile("INC-002");
    expect(later?.reminders).toEqual([]);
    expect(await work.incidentFile("INC-404")).toBeUndefined();
    expect(work.actionReminders().map(({ incidentId }) => incidentId)).toEqual(["INC-001"]);
    expect(work.readinessBlockers()).toHaveLength(1);
    expect(work.readinessBlockers("search")).toEqual([]);
    expect(work.incidentMetrics({ fromMs: at(0), toMs: at(1), period: "day" }).total.count).toBe(2);
  });

  it("exports an incident once its alert is over", async () => {
    const world = createIncidentWorld();
    const { clock, work } = workOn(world);
    await world.desk.react(fired("a/burn"));
    expect(await work.exportCase("INC-001")).toMatchObject({ ok: false, error: { code: "still-open" } });
    await world.desk.react(fired("a/burn", 5, "alert.resolved"));
    clock.nowMs = at(9);
    expect(await work.exportCase("INC-001")).toMatchObject({
      ok: true,
      value: { name: "regression-INC-001", settings: { cooldownMs: 7 } },
    });
    expect(await work.exportCase("INC-404")).toMatchObject({
      error: { code: "unknown-incident", incidentId: "INC-404" },
    });
  });

  it("has no file of an incident whose events can not be read", async () => {
    const world = createIncidentWorld();
    const { work } = workOn(world);
    await world.desk.react(fired("a/burn"));
    const [first] = world.stored;
    if (first === undefined) throw new Error("it was declared");
    world.stored[0] = { ...first, data: {} };
    expect(await work.incidentFile("INC-001")).toBeUndefined();
  });
});
