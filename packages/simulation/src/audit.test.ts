import { createMemoryAuditTrail, createNodeDigest } from "@plimsoll/adapters-memory";
import {
  chainAuditEntry,
  EMPTY_AUDIT_CHAIN,
  externalAlert,
  PlimsollError,
  verifyAuditChain,
  type AuditTrail,
  type ChainedAuditEntry,
  type Json,
} from "@plimsoll/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RUNS } from "./runs.js";
import { createWorld, quickSlo, type World } from "./world.js";

const DAY_MS = 86_400_000;
const digest = createNodeDigest();
const row = (slices: number, bad: number) => Array.from({ length: slices }, () => ({ bad, total: 100 }));

/** A trail that can be away: it fails before an entry is written, or after. */
function shakyTrail(entries: ChainedAuditEntry[] = []) {
  const inner = createMemoryAuditTrail({ digest, entries });
  const away = () => new PlimsollError({ code: "trail-away", message: "the audit trail is away", retryable: true });
  const state: { fails?: "before" | "after" | undefined } = {};
  const trail: AuditTrail = {
    ...inner,
    async append(entry) {
      if (state.fails === "before") throw away();
      const chained = await inner.append(entry);
      if (state.fails === "after") throw away();
      return chained;
    },
  };
  return { trail, entries, state };
}

async function worldWith(audit: AuditTrail): Promise<World> {
  return createWorld({ slos: [quickSlo("a")], ports: { audit } });
}

async function override({ engine, clock }: World, reason = "hotfix"): Promise<string> {
  const made = await engine.override({
    author: "ann",
    reason,
    services: "all",
    risks: ["risky"],
    expiresMs: clock.nowMs() + DAY_MS,
  });
  if (!made.ok) throw new Error(made.error.message);
  return made.value.id;
}

async function chainOf(count: number): Promise<ChainedAuditEntry[]> {
  const entries: ChainedAuditEntry[] = [];
  const trail = createMemoryAuditTrail({ digest, entries });
  for (let i = 1; i <= count; i += 1) {
    await trail.append({
      atMs: i,
      actor: "ann",
      action: "override.added",
      subject: `O-${i}`,
      details: { reason: `${i}` },
    });
  }
  return entries;
}

describe("the audit trail of the engine", () => {
  it.each(["before", "after"] as const)(
    "has who handed alerts in once, although the process died with the trail away %s it was written",
    async (fails) => {
      const { entries, state, trail } = shakyTrail();
      const world = await worldWith(trail);
      const labels = { alertname: "Down", service: "payments" };
      const alert = externalAlert({ source: "am", labels }, { nowMs: world.clock.nowMs() });
      if (!alert.ok) throw new Error(alert.error.message);
      state.fails = fails;
      const handIn = { actor: "prometheus", via: "prometheus", bodyHash: "h" };
      expect(await world.engine.alerts.take([alert.value], handIn)).toMatchObject([{ outcome: "fired" }]);
      state.fails = undefined;
      await world.crash();
      await world.slice();
      expect(entries).toMatchObject([
        {
          number: 1,
          actor: "prometheus",
          action: "alerts.handed-in",
          subject: "alert-hand-in/prometheus",
          details: { data: { alerts: 1, stored: 1, bodies: ["h"] } },
        },
      ]);
    },
  );

  it("tells what people decided and did to incidents, and nothing of what the engine did by itself", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    world.serve("a", [...row(4, 0), ...row(4, 50), ...row(10, 0)]);
    await world.slices(8);
    await world.engine.acknowledge("INC-001", { actor: "bob" });
    const id = await override(world);
    await world.engine.withdrawOverride(id, { actor: "cleo" });
    await world.slices(10);
    expect(world.engine.incidents()).toMatchObject([{ status: "resolved" }]);
    expect(await world.engine.audit({ afterNumber: 0, limit: 100 })).toMatchObject([
      { number: 1, actor: "bob", action: "incident.acknowledged", subject: "INC-001" },
      { number: 2, actor: "ann", action: "override.added", subject: id, details: { data: { reason: "hotfix" } } },
      { number: 3, actor: "cleo", action: "override.withdrawn", subject: id },
    ]);
    expect(await world.engine.verifyAudit()).toEqual({ kind: "intact", entries: 3 });
  });

  it("gets an entry later, once, when it was away as somebody decided", async () => {
    const { trail, entries, state } = shakyTrail();
    const world = await worldWith(trail);
    state.fails = "before";
    await override(world);
    expect(world.engine.overrides()).toHaveLength(1);
    expect(entries).toEqual([]);
    await world.engine.round();
    expect(entries).toEqual([]);
    state.fails = undefined;
    await world.engine.round();
    await world.engine.round();
    expect(entries).toMatchObject([{ action: "override.added", actor: "ann" }]);
  });

  it("doubles no entry that it wrote and then failed, however long it already is", async () => {
    const { trail, entries, state } = shakyTrail();
    // Other programs write into it too, in whatever shape.
    const foreign: readonly Json[] = ["text", null, ["list"], { event: 7 }, {}];
    for (let i = 0; i < 1100; i += 1) {
      await trail.append({
        atMs: i,
        actor: "tool",
        action: "import",
        subject: `${i}`,
        details: foreign[i % foreign.length] ?? null,
      });
    }
    const world = await worldWith(trail);
    state.fails = "after";
    await override(world);
    expect(entries).toHaveLength(1101);
    state.fails = undefined;
    await override(world, "another");
    expect(entries.slice(1100)).toMatchObject([
      { details: { data: { reason: "hotfix" } } },
      { details: { data: { reason: "another" } } },
    ]);
    expect(entries).toHaveLength(1102);
  });

  it("doubles no entry when the process dies between the trail and the settling of what it owes", async () => {
    const { trail, entries } = shakyTrail();
    const world = await worldWith(trail);
    const { settle } = world.ports.events.outbox;
    const outbox = world.ports.events.outbox as { settle: typeof settle };
    outbox.settle = async () => Promise.reject(new Error("the process died"));
    await override(world);
    outbox.settle = settle;
    expect(entries).toHaveLength(1);
    await world.crash();
    await world.engine.round();
    expect(entries).toHaveLength(1);
  });

  it("names a decision that it cannot read by its stream, and passes over what is no decision", async () => {
    const world = await createWorld({ slos: [quickSlo("a")] });
    const shapes: readonly Json[] = ["two more days", null, ["O-1"], { id: 7 }, { id: "O-9" }];
    const events = shapes.map((data, index) => ({
      id: `newer-${index}`,
      type: "override.extended",
      atMs: 1,
      actor: "ann",
      data,
    }));
    const note = { id: "note", type: "note.taken", atMs: 1, actor: "ann", data: { id: "N-1" } };
    await world.ports.events.append([
      { stream: "decisions/overrides", expectedVersion: 0, events },
      { stream: "notes/ann", expectedVersion: 0, events: [note] },
    ]);
    await world.engine.round();
    const subjects = (await world.engine.audit({ afterNumber: 0, limit: 10 })).map(({ subject }) => subject);
    expect(subjects).toEqual([...Array.from({ length: 4 }, () => "decisions/overrides"), "O-9"]);
  });
});

describe("a chain of audit entries", () => {
  const change = fc.constantFrom<(entry: ChainedAuditEntry) => ChainedAuditEntry>(
    (entry) => ({ ...entry, atMs: entry.atMs + 1 }),
    (entry) => ({ ...entry, actor: "mallory" }),
    (entry) => ({ ...entry, action: "override.withdrawn" }),
    (entry) => ({ ...entry, subject: `${entry.subject}0` }),
    (entry) => ({ ...entry, details: { reason: "none" } }),
    (entry) => ({ ...entry, hash: "f".repeat(64) }),
  );

  it("is intact as it was written, also when it holds nothing yet", async () => {
    const entries = await chainOf(4);
    const last = entries.at(-1);
    expect(await verifyAuditChain(digest, entries, last)).toEqual({ kind: "intact", entries: 4 });
    expect(await verifyAuditChain(digest, [], EMPTY_AUDIT_CHAIN)).toEqual({ kind: "intact", entries: 0 });
  });

  it("is broken where an entry was changed, dropped or swapped, and says which", async () => {
    const entries = await chainOf(6);
    const head = entries.at(-1);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4 }), change, async (index, edit) => {
        const atNumber = index + 1;
        const edited = entries.map((entry, place) => (place === index ? edit(entry) : entry));
        expect(await verifyAuditChain(digest, edited, head)).toEqual({
          kind: "broken",
          atNumber,
          reason: `entry ${atNumber} was changed after it was written`,
        });
        const missing = {
          kind: "broken",
          atNumber,
          reason: `entry ${atNumber} is missing: found number ${atNumber + 1} in its place`,
        };
        expect(await verifyAuditChain(digest, entries.toSpliced(index, 1), head)).toEqual(missing);
        const pair = entries.slice(index, index + 2).toReversed();
        expect(await verifyAuditChain(digest, entries.toSpliced(index, 2, ...pair), head)).toEqual(missing);
      }),
      { numRuns: RUNS },
    );
  });

  it("is broken after an entry that was written anew with a fitting hash", async () => {
    const entries = await chainOf(3);
    const [first, second] = entries;
    if (first === undefined || second === undefined) throw new Error("the chain is too short");
    const forged = await chainAuditEntry(digest, { ...second, actor: "mallory" }, first);
    expect(await verifyAuditChain(digest, entries.with(1, forged))).toEqual({
      kind: "broken",
      atNumber: 3,
      reason: "entry 3 does not follow the entry before it",
    });
  });

  it("shows that its end is gone only to who recorded its last entry", async () => {
    const entries = await chainOf(5);
    const kept = entries.slice(0, 3);
    expect(await verifyAuditChain(digest, kept, entries.at(-1))).toEqual({
      kind: "broken",
      atNumber: 4,
      reason: "the chain ends at entry 3, but entry 5 was recorded as its last",
    });
    expect(await verifyAuditChain(digest, kept)).toEqual({ kind: "intact", entries: 3 });
  });

  it("is broken when its last entry was written anew, since another was recorded", async () => {
    const entries = await chainOf(3);
    const [, second, third] = entries;
    if (second === undefined || third === undefined) throw new Error("the chain is too short");
    const forged = await chainAuditEntry(digest, { ...third, actor: "mallory" }, second);
    expect(await verifyAuditChain(digest, entries.with(2, forged), third)).toEqual({
      kind: "broken",
      atNumber: 3,
      reason: "entry 3 is not the one that was recorded as the last: it was rewritten",
    });
  });
});
