import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSeededRandom } from "./seeded-random.js";
import { BACKGROUND_ERROR_RATIO, drawStep, trafficShape } from "./traffic-model.js";
import { writeLabHistory } from "./write-lab-history.js";

type Line = { at: string; service: string; good: number; total: number; node: string; seconds: number };

const FROM = new Date("2026-10-01T00:00:00.000Z");
const TO = new Date("2026-10-31T00:00:00.000Z");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-history-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (path: string): readonly Line[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

describe("a past of thirty days in steps of five minutes", () => {
  it("has 8,640 steps per service that join without a gap and end at the end", () => {
    const { files } = writeLabHistory({ directory, from: FROM, to: TO, stepSeconds: 300, seed: 7 });
    expect(files.map(({ service, lines }) => [service, lines])).toEqual([
      ["gateway", 8_640],
      ["catalog", 8_640],
      ["checkout", 8_640],
      ["payments", 8_640],
    ]);
    for (const file of files) {
      const lines = read(file.path);
      expect(lines.every(({ at }, index) => Date.parse(at) === FROM.getTime() + (index + 1) * 300_000)).toBe(true);
      expect(lines.every(({ good, total }) => Number.isInteger(good) && good >= 0 && good <= total)).toBe(true);
      expect(lines[0]).toMatchObject({
        at: "2026-10-01T00:05:00.000Z",
        service: file.service,
        node: "lab",
        seconds: 300,
      });
      expect(lines.reduce((sum, { total }) => sum + total, 0)).toBe(file.total);
      expect(lines.reduce((sum, { good }) => sum + good, 0)).toBe(file.good);
    }
  });

  it("is the same to the byte for the same seed, and another for another", () => {
    const write = (name: string, seed: number): string => {
      const { files } = writeLabHistory({
        directory: join(directory, name),
        from: FROM,
        to: TO,
        stepSeconds: 3_600,
        seed,
      });
      return files.map(({ path }) => readFileSync(path, "utf8")).join();
    };
    const first = write("a", 7);
    expect(write("b", 7)).toBe(first);
    expect(write("c", 8)).not.toBe(first);
  });

  it("spends a part of a 99.9 % budget, and not all of it", () => {
    const { files } = writeLabHistory({ directory, from: FROM, to: TO, seed: 7 });
    for (const { good, total } of files) {
      const spent = (total - good) / total / 0.001;
      expect(spent).toBeGreaterThan(0.05);
      expect(spent).toBeLessThan(0.9);
    }
  });

  it("shows its outages where it says they are", () => {
    const { files, outages } = writeLabHistory({ directory, from: FROM, to: TO, seed: 7 });
    for (const outage of outages) {
      const file = files.find(({ service }) => service === outage.service);
      const lines = read(file?.path ?? "");
      const isIn = ({ at }: Line): boolean =>
        Date.parse(at) > outage.from.getTime() && Date.parse(at) - 300_000 < outage.to.getTime();
      const errors = (some: readonly Line[]): number => some.reduce((sum, { good, total }) => sum + total - good, 0);
      const requests = (some: readonly Line[]): number => some.reduce((sum, { total }) => sum + total, 0);
      const inside = lines.filter(isIn);
      const outside = lines.filter((line) => !isIn(line));
      expect(errors(inside) / requests(inside)).toBeGreaterThan(0.1);
      // Six standard deviations of a count, so that no seed fails by chance.
      const expected = requests(outside) * BACKGROUND_ERROR_RATIO[outage.service];
      expect(Math.abs(errors(outside) - expected)).toBeLessThan(6 * Math.sqrt(expected));
    }
  });

  it("says beside it that it is simulated, by which seed and with which outages", () => {
    const { readmePath, outages } = writeLabHistory({ directory, from: FROM, to: TO, seed: 4_711 });
    const text = readFileSync(readmePath, "utf8");
    expect(text).toMatch(/^# Simulated by the lab's traffic model/);
    expect(text).toContain("seed 4711");
    for (const { from } of outages) expect(text).toContain(from.toISOString());
  });

  it("ends with the last whole step", () => {
    const { files } = writeLabHistory({
      directory,
      from: FROM,
      to: new Date(FROM.getTime() + 899_000),
      stepSeconds: 300,
      seed: 1,
    });
    expect(files[0]?.lines).toBe(2);
  });

  it.each([
    ["no whole step", { to: FROM }, "at least one step"],
    ["a step of no whole seconds", { stepSeconds: 0.5 }, "whole number of seconds"],
    ["far too many steps", { from: new Date(0), stepSeconds: 1 }, "too many"],
    ["a seed that is no whole number", { seed: 0.5 }, "Seed 0.5"],
    ["a date that is none", { from: new Date("never") }, "at least one step"],
  ])("refuses %s and writes nothing", (_name, change, message) => {
    const target = join(directory, "none");
    expect(() => writeLabHistory({ directory: target, from: FROM, to: TO, seed: 1, ...change })).toThrow(message);
    expect(existsSync(target)).toBe(false);
  });

  it("says in one line which folder cannot be written", () => {
    const file = join(directory, "file");
    writeFileSync(file, "");
    expect(() => writeLabHistory({ directory: file, from: FROM, to: TO, stepSeconds: 86_400, seed: 1 })).toThrow(
      /Cannot write the lab's history to .*file \(EEXIST\)/,
    );
  });
});

describe("the traffic model", () => {
  it("averages to one over a week, is quiet at night and quieter at weekends", () => {
    const monday = Date.parse("2026-10-05T00:00:00.000Z");
    const shapes = Array.from({ length: 7 * 24 * 12 }, (_, step) => trafficShape(new Date(monday + step * 300_000)));
    expect(shapes.reduce((sum, shape) => sum + shape, 0) / shapes.length).toBeCloseTo(1, 6);
    const at = (text: string): number => trafficShape(new Date(text));
    expect(at("2026-10-05T04:00:00Z")).toBeLessThan(at("2026-10-05T16:00:00Z") / 3);
    expect(at("2026-10-04T16:00:00Z")).toBeLessThan(at("2026-10-05T16:00:00Z"));
  });

  it("lets errors travel up: a caller fails at least as often as what it calls", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, errorRatio) => {
        const startMs = FROM.getTime();
        const outage = { service: "payments", from: FROM, to: new Date(startMs + 60_000), errorRatio } as const;
        const random = createSeededRandom(seed);
        const counts = drawStep({ startMs, seconds: 60, requestsPerSecond: 20, outages: [outage], random });
        const errors = (name: keyof typeof counts): number => counts[name].total - counts[name].good;
        expect(errors("checkout")).toBeGreaterThanOrEqual(errors("payments"));
        expect(errors("gateway")).toBeGreaterThanOrEqual(errors("checkout") + errors("catalog"));
        expect(counts.gateway.total).toBe(counts.catalog.total + counts.checkout.total);
        expect(Object.values(counts).every(({ good, total }) => good >= 0 && good <= total)).toBe(true);
      }),
    );
  });

  it.each([0.5, 5, 100])("draws Poisson counts whose mean and variance are %d", (mean) => {
    const random = createSeededRandom(42);
    const draws = Array.from({ length: 20_000 }, () => random.poisson(mean));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length;
    expect(Math.abs(average - mean)).toBeLessThan(6 * Math.sqrt(mean / draws.length));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.1);
  });
});
