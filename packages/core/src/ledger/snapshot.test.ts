import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32 } from "./checksum.js";
import { createLedger, createWindowSums, type Ledger } from "./ledger.js";
import { restoreLedger, type RestoreFailure } from "./restore-ledger.js";
import { CHUNK_COLUMNS } from "./snapshot.js";
import { planTiers } from "./tier.js";

const TIERS = [
  { cellMs: 1_000, cells: 10 },
  { cellMs: 4_000, cells: 7 },
];
const NOW_MS = 1_790_000_000_000;

function filledLedger(columns: number): Ledger {
  const ledger = createLedger({ tiers: TIERS, nowMs: NOW_MS });
  for (let column = 0; column < columns; column += 1) {
    ledger.addColumn(`slo-${column}`, NOW_MS - column * 1_000);
    ledger.record(column, NOW_MS - 1_000 - (column % 20) * 1_000, { bad: column % 5, total: 1_000 * column });
  }
  ledger.advanceTo(NOW_MS + 3_000);
  return ledger;
}

function refusal(chunks: readonly Uint8Array[], tiers = TIERS): RestoreFailure | undefined {
  const restored = restoreLedger(chunks, { tiers });
  return restored.ok ? undefined : restored.error;
}

function restoredFrom(ledger: Ledger, chunks: readonly Uint8Array[] = [...ledger.snapshot()]): Ledger {
  const restored = restoreLedger(chunks, { tiers: ledger.tiers });
  if (!restored.ok) throw new Error(restored.error.message);
  return restored.value;
}

/** Changes a chunk and makes its checksum fit again, as no accident would. */
function forged(chunk: Uint8Array, change: (body: Uint8Array) => Uint8Array): Uint8Array {
  const body = change(chunk.slice(0, -4));
  const bytes = new Uint8Array(body.length + 4);
  bytes.set(body);
  new DataView(bytes.buffer).setUint32(body.length, crc32(body), true);
  return bytes;
}

describe("a snapshot", () => {
  it("restores a ledger that goes on exactly as the one that was written", () => {
    const ledger = filledLedger(300);
    ledger.removeColumn(7);
    ledger.removeColumn(299);
    ledger.removeColumn(150);
    const copy = restoredFrom(ledger);
    expect(copy.revision).toBe(ledger.revision);
    expect(copy.headMs).toBe(ledger.headMs);
    expect(copy.memory.inUse).toBe(297);
    for (const one of [ledger, copy]) {
      expect([one.addColumn("a", 0), one.addColumn("b", 0), one.addColumn("c", 0), one.addColumn("d", 0)]).toEqual([
        7, 150, 299, 300,
      ]);
      one.record(4, NOW_MS - 8_000, { bad: 1, total: 1, slices: 3 });
      one.advanceTo(NOW_MS + 9_000);
    }
    expect([...copy.snapshot()]).toEqual([...ledger.snapshot()]);
    expect(copy.birthOf(20)).toBe(ledger.birthOf(20));
    expect(copy.keyOf(20)).toBe("slo-20");
  });

  it("keeps every sum to the bit: fractions, negatives, and counts near 2^53", () => {
    const ledger = createLedger({ tiers: TIERS, nowMs: NOW_MS });
    for (let column = 0; column < 6; column += 1) ledger.addColumn(`slo-${column}`, 0);
    ledger.record(0, NOW_MS - 9_000, { bad: 0.1, total: 0.3 });
    ledger.record(0, NOW_MS - 3_000, { bad: 1 / 3, total: 1 });
    ledger.record(1, NOW_MS - 5_000, { bad: 0, total: Number.MAX_SAFE_INTEGER });
    ledger.record(2, NOW_MS - 5_000, { bad: -4, total: -9, slices: -2 });
    ledger.record(3, NOW_MS - 2_000, { bad: 1e-300, total: 2 ** 51 });
    ledger.record(4, NOW_MS - 2_000, { bad: 0, total: 3, slices: 2 ** 31 });
    const copy = restoredFrom(ledger);
    for (let seconds = 0; seconds <= 24; seconds += 1) {
      const [was, is] = [createWindowSums(6), createWindowSums(6)];
      ledger.sumAll(NOW_MS - seconds * 1_000, NOW_MS, was);
      copy.sumAll(NOW_MS - seconds * 1_000, NOW_MS, is);
      expect(is).toEqual(was);
    }
    expect([...copy.snapshot()]).toEqual([...ledger.snapshot()]);
  });

  it("keeps keys of any text", () => {
    const ledger = createLedger({ tiers: TIERS, nowMs: NOW_MS });
    const keys = ["", "payments/availability", "größe-ß-😀", "\ud800", "x".repeat(10_000)];
    for (const key of keys) ledger.addColumn(key, -1);
    const copy = restoredFrom(ledger);
    expect(keys.map((key) => copy.columnOf(key))).toEqual([0, 1, 2, 3, 4]);
  });

  it("of a ledger without columns keeps the clock", () => {
    const copy = restoredFrom(createLedger({ tiers: TIERS, nowMs: -500 }));
    expect(copy.headMs).toBe(-1_000);
    expect(copy.columns).toBe(0);
  });

  it("comes in chunks of 64 columns that may be given in any order", () => {
    const ledger = filledLedger(150);
    const chunks = [...ledger.snapshot()];
    expect(chunks).toHaveLength(3);
    expect([...restoredFrom(ledger, chunks.toReversed()).snapshot()]).toEqual(chunks);
  });

  it("reads a chunk that lies inside a larger buffer, as storage hands them out", () => {
    const ledger = filledLedger(3);
    const chunks = [...ledger.snapshot()].map((chunk) => {
      const pool = new Uint8Array(chunk.length + 24).fill(0x50);
      pool.set(chunk, 11);
      return pool.subarray(11, 11 + chunk.length);
    });
    expect(restoredFrom(ledger, chunks).columns).toBe(3);
  });

  it("of a month stays under 2 MB a chunk, even when every count is a fraction", () => {
    const ledger = createLedger({
      tiers: planTiers({ sliceMs: 15_000, longestWindowMs: 30 * 86_400_000 }),
      nowMs: NOW_MS,
    });
    const counts = {
      bad: new Float64Array(CHUNK_COLUMNS),
      total: new Float64Array(CHUNK_COLUMNS),
      measured: new Uint8Array(CHUNK_COLUMNS),
    };
    for (let column = 0; column < CHUNK_COLUMNS; column += 1) ledger.addColumn(`slo-${column}`, 0);
    for (let minutes = 0; minutes < 30 * 1_440; minutes += 15) {
      ledger.advanceTo(ledger.headMs + 900_000);
      for (let column = 0; column < CHUNK_COLUMNS; column += 1) {
        counts.bad[column] = 1 / (minutes + 3);
        counts.total[column] = column + 1 / 7;
        counts.measured[column] = (column + minutes) % 2;
      }
      ledger.recordSlice(ledger.headMs - 15_000, counts);
    }
    const [chunk] = [...ledger.snapshot()];
    expect(chunk?.length).toBeGreaterThan(500_000);
    expect(chunk?.length).toBeLessThan(2_000_000);
  });
});

describe("what is no whole snapshot is refused with the reason", () => {
  it("when there is none", () => {
    expect(refusal([])).toMatchObject({ kind: "incomplete", chunk: undefined });
  });

  it.each([[[]], [[0x50, 0x4c]], [[0x7b, 0x22, 0x61, 0x22, 0x3a, 0x31, 0x7d]]])(
    "when the bytes %j are something else's",
    (bytes) => {
      expect(refusal([Uint8Array.from(bytes)])).toMatchObject({ kind: "foreign", chunk: 0 });
    },
  );

  it("when a chunk has another version, and says to rebuild", () => {
    const [chunk = new Uint8Array()] = filledLedger(3).snapshot();
    const other = forged(chunk, (body) => body.with(4, 2));
    expect(refusal([other])).toEqual({
      kind: "other-version",
      chunk: 0,
      message: "ledger snapshot, chunk 0: it is of version 2, this reads 1; rebuild from the history",
    });
  });

  it("when the ledger has other tiers than the one that was written", () => {
    const chunks = [...filledLedger(3).snapshot()];
    expect(refusal(chunks, [{ cellMs: 1_000, cells: 10 }])).toEqual({
      kind: "other-settings",
      chunk: 0,
      message:
        "ledger snapshot, chunk 0: its tiers are 10 x 1000 ms, 7 x 4000 ms, not 10 x 1000 ms; rebuild from the history",
    });
  });

  it("when a chunk is missing, doubled, or from another snapshot", () => {
    const ledger = filledLedger(150);
    const chunks = [...ledger.snapshot()];
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = chunks;
    ledger.record(0, NOW_MS, { bad: 0, total: 1 });
    const [, , laterThird = new Uint8Array()] = ledger.snapshot();
    ledger.advanceTo(ledger.headMs + 1_000);
    const incomplete = { kind: "incomplete", chunk: undefined };
    expect(refusal([first, second])).toMatchObject(incomplete);
    expect(refusal([second, third])).toMatchObject(incomplete);
    expect(refusal([first, second, second])).toMatchObject(incomplete);
    expect(refusal([first, second, third, third])).toMatchObject(incomplete);
    expect(refusal([first, second, laterThird])).toMatchObject(incomplete);
    expect(refusal([...filledLedger(3).snapshot(), ...filledLedger(3).snapshot()])).toMatchObject(incomplete);
  });

  it("when the ledger changed while its chunks were taken", () => {
    const ledger = filledLedger(300);
    const chunks: Uint8Array[] = [];
    for (const chunk of ledger.snapshot()) {
      chunks.push(chunk);
      ledger.advanceTo(ledger.headMs + 1_000);
    }
    expect(refusal(chunks)).toMatchObject({ kind: "incomplete" });
  });

  it("wherever a bit is flipped or the end is cut off", () => {
    const chunks = [...filledLedger(20).snapshot()];
    const [chunk = new Uint8Array()] = chunks;
    fc.assert(
      fc.property(fc.nat(chunk.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = chunk.with(at, (chunk[at] ?? 0) ^ flip);
        expect(["damaged", "foreign", "other-version"]).toContain(refusal([damaged])?.kind);
        expect(["damaged", "foreign"]).toContain(refusal([chunk.subarray(0, at)])?.kind);
      }),
    );
  });

  it("and never throws, even for contents that were forged to fit their checksum", () => {
    const [chunk = new Uint8Array()] = filledLedger(20).snapshot();
    fc.assert(
      fc.property(fc.nat(chunk.length - 6), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const forgery = forged(chunk, (body) => (cut ? body.subarray(0, at) : body.with(at, byte)));
        const restored = restoreLedger([forgery], { tiers: TIERS });
        if (restored.ok) expect(restored.value.columns).toBe(20);
        else expect(restored.error.message).toContain("ledger snapshot");
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, (body: Uint8Array) => Uint8Array]>([
    ["bytes are left over", (body) => Uint8Array.from([...body, 0])],
    ["a column has an unknown form", (body) => body.with(FORM_OFFSET, 9)],
    ["a key is there twice", (body) => Uint8Array.from(body, (byte) => (byte === 0x62 ? 0x61 : byte))],
    ["a birth is infinite", (body) => withInfinity(body, FORM_OFFSET + 3)],
    ["the head is infinite", (body) => withInfinity(body, HEAD_OFFSET)],
    ["the head is a fraction", (body) => withDouble(body, HEAD_OFFSET, 0.5)],
    ["a row has an unknown form", (body) => body.with(ROWS_OFFSET, 7)],
  ])("when %s", (_, change) => {
    const ledger = createLedger({ tiers: TIERS, nowMs: 120_000 });
    ledger.addColumn("a", 0);
    ledger.addColumn("b", 0);
    const [chunk = new Uint8Array()] = ledger.snapshot();
    expect(refusal([forged(chunk, (body) => body.slice())])).toBeUndefined();
    expect(refusal([forged(chunk, change)])).toMatchObject({ kind: "damaged", chunk: 0 });
  });
});

// Magic and version, the count of tiers, 1000 and 10, 4000 and 7: each number under 128 is a byte, others here two.
const HEAD_OFFSET = 5 + 1 + 3 + 3;

/** The first column's form follows the head, the revision, chunks, index and count. */
const FORM_OFFSET = HEAD_OFFSET + 8 + 4;

/** Rows follow two columns: form, length of key, one letter, birth. */
const ROWS_OFFSET = FORM_OFFSET + 2 * (1 + 1 + 1 + 8);

function withDouble(body: Uint8Array, at: number, value: number): Uint8Array {
  const changed = body.slice();
  new DataView(changed.buffer).setFloat64(at, value, true);
  return changed;
}

function withInfinity(body: Uint8Array, at: number): Uint8Array {
  return withDouble(body, at, Infinity);
}
