import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SliReading, SliRequest } from "@plimsoll/core";
import { describeContract, sliSourceContract } from "@plimsoll/testkit";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ManualTime } from "./manual-time.test-support.js";
import { snapshotSettingsSchema } from "./snapshot-query.js";
import { createSnapshotSource } from "./snapshot-source.js";

const SLICE_MS = 15_000;
const START_MS = 1_800_000_000_000;

function world(name = "rows.ndjson", settings: { readonly every?: string } = { every: "15s" }) {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-snapshot-"));
  const path = name === "" ? folder : join(folder, name);
  const time = new ManualTime(START_MS + 60 * SLICE_MS);
  const source = createSnapshotSource({ path, ...settings }, { clock: time, scheduler: time });
  const close = async () => {
    await source.close?.();
    rmSync(folder, { recursive: true, force: true });
  };
  const requestOf = (
    fromSlice: number,
    toSlice: number,
    query: Record<string, string> = { service: "web" },
  ): SliRequest => ({
    sloId: "web-availability",
    sli: { kind: "events", selector: { source: "files", query } },
    fromMs: START_MS + fromSlice * SLICE_MS,
    toMs: START_MS + toSlice * SLICE_MS,
    sliceMs: SLICE_MS,
  });
  const look = async (request: SliRequest): Promise<SliReading> => {
    await time.advance(1_000);
    return source.read(request);
  };
  return { folder, path, time, source, requestOf, look, close };
}

function open(name?: string, settings?: { readonly every?: string }) {
  const opened = world(name, settings);
  onTestFinished(opened.close);
  return opened;
}

/** A row that ends with a slice. */
function row(slice: number, more: object = { good: 9, total: 10 }): string {
  return `${JSON.stringify({ at: new Date(START_MS + (slice + 1) * SLICE_MS).toISOString(), service: "web", ...more })}\n`;
}

function slicesOf(reading: SliReading): readonly unknown[] {
  if (reading.kind === "failed") throw new Error(reading.message);
  return reading.samples.map(({ fromMs, toMs, measurement }) => [
    (fromMs - START_MS) / SLICE_MS,
    (toMs - START_MS) / SLICE_MS,
    measurement.kind === "counts" ? `${measurement.good}/${measurement.total}` : measurement,
  ]);
}

describe("snapshot files", () => {
  it("give each row to the slice that it ends in", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0) + row(1, { ok: false }) + row(3, { ok: true }));
    expect(slicesOf(await look(requestOf(0, 4)))).toEqual([
      [0, 1, "9/10"],
      [1, 2, "0/1"],
      [3, 4, "1/1"],
    ]);
  });

  it("are read on where they ended, half a line waiting for its rest", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0) + row(1).slice(0, 30));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(1);
    appendFileSync(path, row(1).slice(30));
    expect(await look(requestOf(0, 9))).toMatchObject({ setAside: [], samples: [{}, {}] });
    appendFileSync(path, row(2).trimEnd());
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(3);
    appendFileSync(path, `\n${row(3)}`);
    expect(await look(requestOf(0, 9))).toMatchObject({ setAside: [], samples: [{}, {}, {}, {}] });
  });

  it("are read anew when they were cut, written again or replaced by a rename, and no row counts twice", async () => {
    const { folder, path, look, requestOf } = open();
    writeFileSync(path, row(0) + row(1));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(2);
    truncateSync(path, 0);
    appendFileSync(path, row(2));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(3);
    writeFileSync(path, row(0) + row(2) + row(3));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(4);
    writeFileSync(join(folder, "new"), row(3) + row(4));
    renameSync(join(folder, "new"), path);
    expect(slicesOf(await look(requestOf(0, 9)))).toEqual([0, 1, 2, 3, 4].map((slice) => [slice, slice + 1, "9/10"]));
  });

  it("are finished under their new name when a log was rotated", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0));
    await look(requestOf(0, 9));
    appendFileSync(path, row(1));
    renameSync(path, `${path}.1`);
    writeFileSync(path, row(2));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(3);
  });

  it("may be a folder of JSON and NDJSON", async () => {
    const { folder, look, requestOf } = open("");
    writeFileSync(join(folder, "a.json"), JSON.stringify([JSON.parse(row(0)), JSON.parse(row(1))]));
    writeFileSync(join(folder, "b.json"), row(2));
    writeFileSync(join(folder, "c.jsonl"), row(3));
    writeFileSync(join(folder, "notes.txt"), "not a row");
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(4);
    expect(slicesOf(await look(requestOf(0, 9, { service: "web", file: "a.json" })))).toHaveLength(2);
    writeFileSync(join(folder, "d.json"), JSON.stringify({ rows: [JSON.parse(row(4))] }));
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(5);
  });

  it("wait for a JSON file that is being written, and say so when it stays broken", async () => {
    const { path, look, requestOf } = open("rows.json");
    writeFileSync(path, `[${row(0)},`);
    expect(await look(requestOf(0, 9))).toMatchObject({ kind: "failed", code: "no-rows" });
    expect(await look(requestOf(0, 9))).toMatchObject({
      setAside: [{ reason: "the file is not JSON", count: 1, example: `${path}:1` }],
    });
    writeFileSync(path, `[${row(0)}]`);
    expect(slicesOf(await look(requestOf(0, 9)))).toHaveLength(1);
  });

  it("set a malformed row aside with file and line, once, and go on", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(
      path,
      `${row(0)}nonsense\n${row(1, { good: 11, total: 10 })}{"at":"yesterday","service":"web","ok":true}\n${row(2)}`,
    );
    const reading = await look(requestOf(0, 9));
    expect(slicesOf(reading)).toHaveLength(2);
    expect(reading).toMatchObject({
      setAside: [
        { reason: "the line is not JSON", count: 1, example: `${path}:2: nonsense` },
        { reason: "`good` (11) is more than `total` (10)", example: expect.stringContaining(`${path}:3: `) },
        { reason: expect.stringContaining("`at` is not an instant"), example: expect.stringContaining(`${path}:4: `) },
      ],
    });
    expect(await look(requestOf(0, 9))).toMatchObject({ setAside: [] });
  });

  it.each([
    ['{"service":"web","ok":true}', "`at`"],
    ['{"at":"2026-01-01T00:00:00","service":"web","ok":true}', "with an offset"],
    ['{"at":1767225600,"service":"web"}', "it has none"],
    ['{"at":1767225600,"service":"web","ok":true,"value":1}', "it has several"],
    ['{"at":1767225600,"service":"web","good":1}', "belong together"],
    ['{"at":1767225600,"service":"web","good":-1,"total":2}', "`good` is negative"],
    ['{"at":1767225600,"service":"web","ok":"yes"}', "`ok` is neither true nor false"],
    ["[1]", "it is not an object"],
  ])("say what is wrong with %s", async (line, words) => {
    const { path, look, requestOf } = open();
    writeFileSync(path, `${row(0)}${line}\n`);
    expect(await look(requestOf(0, 9))).toMatchObject({ setAside: [{ reason: expect.stringContaining(words) }] });
  });

  it("count a row once, and keep the first when another contradicts it", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0) + row(0) + row(0, { good: 1, total: 10 }));
    const reading = await look(requestOf(0, 9));
    expect(slicesOf(reading)).toEqual([[0, 1, "9/10"]]);
    expect(reading).toMatchObject({ setAside: [{ reason: expect.stringContaining("the first one stays"), count: 1 }] });
  });

  it("add up the nodes of a service, or give one of them", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0, { ok: true, node: "a" }) + row(0, { ok: false, node: "b" }));
    expect(slicesOf(await look(requestOf(0, 9)))).toEqual([[0, 1, "1/2"]]);
    expect(slicesOf(await look(requestOf(0, 9, { service: "web", node: "b" })))).toEqual([[0, 1, "0/1"]]);
  });

  it("reach back over the seconds that a row covers, without overlap", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(
      path,
      row(3, { good: 1, total: 1, seconds: 60, node: "a" }) + row(5, { good: 1, total: 1, seconds: 60, node: "b" }),
    );
    expect(slicesOf(await look(requestOf(0, 9)))).toEqual([
      [0, 4, "1/1"],
      [4, 6, "1/1"],
    ]);
  });

  it("of a script that writes once a minute cover the minute, without saying so", async () => {
    const { path, look, requestOf } = open(undefined, {});
    writeFileSync(path, row(3) + row(7));
    const reading = await look(requestOf(0, 9));
    expect(slicesOf(reading)).toEqual([
      [0, 4, "9/10"],
      [4, 8, "9/10"],
    ]);
    expect(reading).toMatchObject({ watermarkMs: START_MS + 8 * SLICE_MS, notes: [] });
  });

  it("that come a little late leave no slice between them, and one that is missing leaves its gap", async () => {
    const { path, look, requestOf } = open(undefined, {});
    const at = (seconds: number) =>
      `${JSON.stringify({ at: START_MS / 1_000 + seconds, service: "web", good: 9, total: 10 })}\n`;
    writeFileSync(path, at(58) + at(119) + at(241));
    expect(slicesOf(await look(requestOf(0, 30)))).toEqual([
      [0, 4, "9/10"],
      [4, 8, "9/10"],
      [12, 17, "9/10"],
    ]);
  });

  it("that cover more than `every` says are noted", async () => {
    const { path, look, requestOf } = open(undefined, {});
    writeFileSync(path, row(3, { ok: true, seconds: 60 }));
    expect(await look(requestOf(0, 50))).toMatchObject({ notes: [] });
    writeFileSync(path, row(20, { ok: true, seconds: 300 }));
    expect(await look(requestOf(0, 50))).toMatchObject({
      notes: [
        "rows of rows.ndjson cover 5 min and `every` is 1 min: if they come that seldom, say so in `every`, or their data count as missing",
      ],
    });
  });

  it("are final up to where every node has spoken, and not past a row that is still to come", async () => {
    const { path, look, requestOf } = open(undefined, {});
    const wait = async () => {
      const reading = await look(requestOf(0, 50));
      return reading.kind === "read" ? (reading.watermarkMs - START_MS) / SLICE_MS : reading;
    };
    writeFileSync(path, row(3, { ok: true, node: "a" }) + row(3, { ok: true, node: "b" }));
    expect(await wait()).toBe(4);
    appendFileSync(path, row(7, { ok: true, node: "a" }));
    expect(await wait()).toBe(4);
    appendFileSync(path, row(8, { ok: true, node: "a" }));
    expect(await wait()).toBe(4);
    appendFileSync(path, row(6, { ok: true, node: "b" }));
    expect(await wait()).toBe(7);
    // One that has missed its turn is waited for no more.
    appendFileSync(path, row(12, { ok: true, node: "a" }));
    expect(await wait()).toBe(13);
  });

  it("may be written at most an hour apart", () => {
    for (const [every, problem] of [
      ["1h", undefined],
      ["61m", "Expected at most `1h`: let the script write its last result again in between."],
    ] as const) {
      expect(snapshotSettingsSchema.safeParse({ path: ".", every }).error?.issues[0]?.message).toBe(problem);
    }
    expect(snapshotSettingsSchema.safeParse({ path: ".", every: "soon" }).error?.issues).toHaveLength(1);
  });

  it("keep the watermark at the newest row, so that a script that stops is seen", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0) + row(1));
    expect(await look(requestOf(0, 50))).toMatchObject({ watermarkMs: START_MS + 2 * SLICE_MS });
    expect(await look(requestOf(2, 50))).toMatchObject({
      kind: "read",
      samples: [],
      watermarkMs: START_MS + 2 * SLICE_MS,
    });
  });

  it("hand out rows that come late to whoever asks for their time", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(5));
    expect(slicesOf(await look(requestOf(0, 9)))).toEqual([[5, 6, "9/10"]]);
    appendFileSync(path, row(2));
    expect(slicesOf(await look(requestOf(0, 9)))).toEqual([
      [2, 3, "9/10"],
      [5, 6, "9/10"],
    ]);
  });

  it("say once from where on rows came late, to whoever had asked for their time before", async () => {
    const { path, look, requestOf } = open();
    const from = (slice: number, slo = "web-availability") => {
      const request = requestOf(0, 9);
      return { ...request, sloId: slo, fromMs: START_MS + slice * SLICE_MS };
    };
    writeFileSync(path, row(6) + row(7));
    expect(await look(from(6))).not.toHaveProperty("lateFromMs");
    appendFileSync(path, row(4) + row(3) + row(8));
    // Asked for what is past, it gives the rows and keeps the news for whoever asks for what is new.
    expect(slicesOf(await look({ ...from(0), toMs: START_MS + 6 * SLICE_MS }))).toHaveLength(2);
    expect(await look(from(7))).toMatchObject({ lateFromMs: START_MS + 3 * SLICE_MS });
    expect(await look(from(7))).not.toHaveProperty("lateFromMs");
    expect(await look(from(7, "other"))).not.toHaveProperty("lateFromMs");
    appendFileSync(path, row(2, { service: "api", good: 1, total: 1 }));
    expect(await look(from(7))).not.toHaveProperty("lateFromMs");
    appendFileSync(path, row(2));
    expect(await look(from(7, "other"))).toMatchObject({ lateFromMs: START_MS + 2 * SLICE_MS });
    expect(await look(from(7))).toMatchObject({ lateFromMs: START_MS + 2 * SLICE_MS });
  });

  it("give values to time slices and durations to latency, and set aside what does not fit", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0, { value: 10, node: "a" }) + row(0, { value: 20, node: "b" }));
    appendFileSync(path, row(1, { value: 30, node: "a" }) + row(1, { ok: true, node: "b" }));
    const { selector } = requestOf(0, 9).sli;
    const slices = await look({
      ...requestOf(0, 9),
      sli: { kind: "time-slices", selector, goodWhen: { of: "value", operator: "<", limit: 5 } },
    });
    expect(slices).toMatchObject({
      samples: [{ measurement: { kind: "value", value: 15 } }, { measurement: { kind: "value", value: 30 } }],
      setAside: [{ reason: expect.stringContaining("needs rows with `value`"), count: 1 }],
    });
    const latency = await look({ ...requestOf(0, 1), sli: { kind: "latency", selector, thresholdMs: 5 } });
    expect(latency).toMatchObject({ samples: [{ measurement: { kind: "durations", durationsMs: [10, 20] } }] });
  });

  it("name the services that are there when one is asked for that is not", async () => {
    const { path, look, requestOf } = open();
    writeFileSync(path, row(0));
    expect(await look(requestOf(0, 9, { service: "wbe" }))).toMatchObject({
      kind: "failed",
      code: "no-rows",
      message: expect.stringMatching(/SLO web-availability: .*service wbe; there are rows for web/),
    });
    expect(await look(requestOf(0, 9, { servcie: "web" }))).toMatchObject({ kind: "failed", code: "bad-query" });
  });

  it("give a backfill of 30 days as it was written, whatever its order", async () => {
    const { path, look, requestOf } = open();
    const slices = Array.from({ length: 20_000 }, (_, index) => index);
    writeFileSync(path, slices.map((slice) => row(-1 - ((slice * 7_919) % 20_000))).join(""));
    expect(slicesOf(await look(requestOf(-20_000, 0)))).toHaveLength(20_000);
  });

  it("are looked at as soon as they change, without waiting for the next look", async () => {
    const { path, source, look, requestOf } = open();
    writeFileSync(path, row(0));
    await look(requestOf(0, 9));
    appendFileSync(path, row(1));
    // The clock stands still, so only the announced change can make the source look again.
    await vi.waitUntil(async () => slicesOf(await source.read(requestOf(0, 9))).length === 2, {
      timeout: 20_000,
      interval: 20,
    });
  });

  it("are found by looking again and again, also when the folder comes later", async () => {
    const { folder, time, source, requestOf } = open("later/rows.ndjson");
    expect(await source.read(requestOf(0, 9))).toMatchObject({
      kind: "failed",
      code: "unreadable",
      message: expect.stringContaining("later/rows.ndjson cannot be read (ENOENT)"),
    });
    mkdirSync(join(folder, "later"));
    writeFileSync(join(folder, "later/rows.ndjson"), row(0));
    await time.advance(5_000);
    expect(slicesOf(await source.read(requestOf(0, 9)))).toHaveLength(1);
  });

  it("give the same rows however the file was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 8 }), async (cuts) => {
        const { path, look, requestOf, close } = world();
        const text = row(0) + row(1, { ok: true, note: "ü" }) + row(2);
        let from = 0;
        writeFileSync(path, "");
        for (const cut of [...cuts, Buffer.byteLength(text)].sort((a, b) => a - b)) {
          appendFileSync(path, Buffer.from(text).subarray(from, cut));
          from = cut;
          await look(requestOf(0, 9));
        }
        const reading = await look(requestOf(0, 9));
        await close();
        expect(slicesOf(reading)).toEqual([
          [0, 1, "9/10"],
          [1, 2, "1/1"],
          [2, 3, "9/10"],
        ]);
        expect(reading).toMatchObject({ setAside: [] });
      }),
      { numRuns: 30 },
    );
  });
});

describeContract({ describe, it }, sliSourceContract, () => {
  const { path, source, time, requestOf, close } = world();
  return {
    source,
    request: requestOf(0, 8),
    measuresZero: true,
    async serve(slices) {
      rmSync(path, { recursive: true, force: true });
      writeFileSync(
        path,
        slices
          .map(({ toMs, good, total }) => `${JSON.stringify({ at: toMs / 1_000, service: "web", good, total })}\n`)
          .join(""),
      );
      await time.advance(1_000);
    },
    async fail() {
      mkdirSync(path, { recursive: true });
      rmSync(path, { recursive: true });
      await time.advance(1_000);
    },
    async garble() {
      writeFileSync(path, "\u0000\u0001 <html>\n[[[\n");
      await time.advance(1_000);
    },
    close,
  };
});
