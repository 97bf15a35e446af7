import type { ReportConfig, ReportTarget } from "@plimsoll/config";
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReportPublisher } from "./report-publisher.js";

const DUE = Date.parse("2026-03-10T08:00:00Z");
const HOUR_MS = 3_600_000;
let folder: string;
let announced: string[];
let stuck: number;
let unstuck: () => void;
let hanging: Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-report-"));
  announced = [];
  stuck = 0;
  hanging = new Promise((resolve) => {
    unstuck = resolve;
  });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const weekly = (...to: ReportTarget[]): ReportConfig => ({
  name: "daily",
  periodMs: 24 * HOUR_MS,
  every: { time: "08:00", zone: "UTC" },
  format: "json",
  to,
});

function publisher(
  report: ReportConfig,
  { birthMs = 0, ...options }: { readonly birthMs?: number; readonly deadlineMs?: number } = {},
) {
  return createReportPublisher({
    ...options,
    reports: [report],
    logger: { info: () => undefined } as never,
    engine: {
      views: () => [{ birthMs }] as never,
      report: (period) => ({
        period,
        quarter: period,
        slos: [],
        totals: { slos: 0, missed: 0, overspent: 0, incidents: 0, meanTimeToResolveMs: undefined },
      }),
      announce: async (id, notifier) => {
        if (notifier === "stuck") {
          stuck += 1;
          await hanging;
        }
        if (notifier === "broken") throw new Error("the storage is away");
        announced.push(id);
      },
    },
  });
}

const chat = { kind: "notifier", name: "chat" } as const;
const id = (day: string): string => `report/daily/${day}T08:00:00.000Z/chat`;

describe("the report publisher", () => {
  it("publishes once what is due, and again when it is due again", async () => {
    const made = publisher(weekly(chat));
    await made.publishDue(DUE);
    await made.publishDue(DUE + HOUR_MS);
    await made.publishDue(DUE + 24 * HOUR_MS);
    expect(announced).toEqual([id("2026-03-10"), id("2026-03-11")]);
  });

  it("makes up, once, for the newest that came due while no service ran, under the id it would have had", async () => {
    await publisher(weekly(chat)).publishDue(DUE + 50 * HOUR_MS);
    await publisher(weekly(chat)).publishDue(DUE + 51 * HOUR_MS);
    expect(new Set(announced)).toEqual(new Set([id("2026-03-12")]));
  });

  it("says nothing of the time before anything was measured", async () => {
    await publisher(weekly(chat), { birthMs: DUE + 1 }).publishDue(DUE + HOUR_MS);
    expect(announced).toEqual([]);
  });

  it("writes a file about the time up to when it was due, and leaves nothing else behind", async () => {
    const path = join(folder, "new", "report.json");
    await publisher(weekly({ kind: "file", path })).publishDue(DUE + HOUR_MS);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
      period: { fromMs: DUE - 24 * HOUR_MS, toMs: DUE },
    });
    expect(await readdir(join(folder, "new"))).toEqual(["report.json"]);
  });

  it("leaves a file that was written since it was due, and replaces an older one", async () => {
    const path = join(folder, "report.json");
    await writeFile(path, "before");
    await utimes(path, new Date(DUE + 1), new Date(DUE + 1));
    await publisher(weekly({ kind: "file", path })).publishDue(DUE + HOUR_MS);
    expect(await readFile(path, "utf8")).toBe("before");
    await utimes(path, new Date(DUE - 1), new Date(DUE - 1));
    await publisher(weekly({ kind: "file", path })).publishDue(DUE + HOUR_MS);
    expect(await readFile(path, "utf8")).not.toBe("before");
  });

  it("publishes to the others though one fails, and tries that one again some minutes later, not each slice", async () => {
    const taken = join(folder, "taken");
    await writeFile(taken, "");
    const path = join(taken, "report.json");
    const made = publisher(weekly({ kind: "file", path }, { kind: "notifier", name: "broken" }, chat));
    await expect(made.publishDue(DUE)).rejects.toMatchObject({ code: "report-not-written" });
    expect(announced).toEqual([id("2026-03-10")]);
    await made.publishDue(DUE + 15_000);
    await rm(taken);
    await expect(made.publishDue(DUE + 300_000)).rejects.toThrow("the storage is away");
    expect(await readFile(path, "utf8")).toContain("period");
  });

  it("goes on to the others when one hangs, says so, and leaves that one alone until it lets go", async () => {
    const made = publisher(weekly({ kind: "notifier", name: "stuck" }, chat), { deadlineMs: 1 });
    const late = {
      code: "report-stuck",
      message: expect.stringContaining("report daily has not reached the notifier stuck"),
    };
    await expect(made.publishDue(DUE)).rejects.toMatchObject(late);
    expect(announced).toEqual([id("2026-03-10")]);
    await made.publishDue(DUE + 299_999);
    await expect(made.publishDue(DUE + 300_000)).rejects.toMatchObject(late);
    expect(stuck).toBe(1);
    unstuck();
    await vi.waitFor(() => expect(announced).toHaveLength(2));
    const quick = publisher(weekly({ kind: "notifier", name: "stuck" }));
    await quick.publishDue(DUE);
    expect(stuck).toBe(2);
  });
});
