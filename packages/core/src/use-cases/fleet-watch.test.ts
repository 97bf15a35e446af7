import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import type { SliHistory } from "../ports/sli-history.js";
import type { SliRequest } from "../ports/sli-source.js";
import type { Slo } from "../slo/slo.js";
import { DEFAULT_BUDGET_POLICY } from "../index.js";
import { createCollector } from "./collector.js";
import { createFleetWatch } from "./fleet-watch.js";
import { openSliceKeeper } from "./slice-keeper.js";
import { createSourceWatch } from "./source-watch.js";

const NOW_MS = Date.UTC(2026, 10, 2, 12);
const SLICE_MS = 15_000;

const stranger: Slo = {
  id: "stranger",
  service: "payments",
  version: 1,
  target: 0.99,
  window: { kind: "rolling", lengthMs: 3_600_000 },
  sli: { kind: "events", selector: { source: "fake", query: {} } },
  mode: "active",
  gapIs: "gap",
  alerting: { rules: [], minBadEvents: 3, suppressedBy: [] },
  policy: DEFAULT_BUDGET_POLICY,
};

async function* nothing() {}

const empty: SliHistory = {
  append: async () => ({ appended: [], alreadyThere: 0 }),
  load: nothing,
  loadSince: nothing,
  prune: async () => 0,
  checkpoints: { save: async () => undefined, load: async () => undefined },
};

/** A collector and a keeper that were told of no SLO. */
async function unaware() {
  const settings = {
    sliceMs: SLICE_MS,
    longestWindowMs: 3_600_000,
    births: new Map<string, number>(),
    corrections: [],
  };
  const keeper = await openSliceKeeper(empty, settings, NOW_MS);
  const requests: SliRequest[] = [];
  let nowMs = NOW_MS;
  const collector = createCollector({
    clock: { now: () => DateTime.fromMillis(nowMs, { zone: "utc" }) },
    keeper,
    sources: {
      fake: {
        async read(request) {
          requests.push(request);
          return { kind: "read", samples: [], watermarkMs: request.toMs, setAside: [], notes: [] };
        },
      },
    },
    reading: { fake: { backfillMs: 2 * SLICE_MS, latenessMs: 0 } },
    births: new Map(),
    watch: createSourceWatch(["fake"]),
    history: empty,
    onLate: () => undefined,
    sliceMs: SLICE_MS,
  });
  return { collector, keeper, requests, passSlice: () => void (nowMs += SLICE_MS) };
}

describe("an SLO that the ledger was not told of", () => {
  it("is refused by the watch with its name, before anything is judged", async () => {
    const { collector, keeper } = await unaware();
    expect(() => createFleetWatch({ slos: [stranger], keeper, collector, nowMs: NOW_MS })).toThrow(
      new RangeError("stranger has no column in the ledger"),
    );
  });

  it("has no budget", async () => {
    const { collector, keeper } = await unaware();
    const watch = createFleetWatch({ slos: [], keeper, collector, nowMs: NOW_MS });
    expect(watch.remainingRatio("stranger")).toBeNaN();
  });

  it("is read as if it were born now, as far back as its source goes", async () => {
    const { collector, passSlice, requests } = await unaware();
    passSlice();
    expect(await collector.collect(stranger)).toEqual({ kind: "read", slices: 0, watermarkMs: NOW_MS + SLICE_MS });
    expect(requests).toMatchObject([{ fromMs: NOW_MS - SLICE_MS, toMs: NOW_MS + SLICE_MS }]);
  });
});
