import type { SliRequest } from "@plimsoll/core";
import { prometheus, skipUnlessAvailable } from "@plimsoll/tools/components";
import { DateTime } from "luxon";
import { expect, it, vi } from "vitest";
import { createPrometheusSource } from "./prometheus-source.js";
import { createScrapeSource } from "./scrape-source.js";
import { page, scriptedServer } from "./scripted-server.test-support.js";

const SLICE_MS = 1_000;
const SCRAPES = 10;
const RESTART_AT = 6;

/** A service that works only when it is scraped, so that the truth is known to the event; it restarts once. */
function service() {
  const truth = { good: 0, total: 0 };
  let counters: Record<string, number> = {};
  let scrapes = 0;
  return {
    truth,
    scraped: () => scrapes,
    page(): string {
      scrapes += 1;
      if (scrapes === RESTART_AT) counters = {};
      // The first page has no counters yet, so every later first value is an increase.
      if (scrapes > 1 && scrapes <= SCRAPES) {
        const good = scrapes * 7;
        const bad = scrapes > 4 ? 20 - scrapes : 0; // less after the restart than before: a counter alone shows no other restart
        truth.good += good;
        truth.total += good + bad;
        counters["200"] = (counters["200"] ?? 0) + good;
        if (bad > 0) counters["500"] = (counters["500"] ?? 0) + bad;
      }
      const lines = Object.entries(counters).map(([code, count]) => `http_requests_total{code="${code}"} ${count}\n`);
      return `# TYPE http_requests_total counter\nready 1\n${lines.join("")}`;
    },
  };
}

it(
  "reads from a real Prometheus what a service did, to the event, over a restart and first values",
  { timeout: 120_000 },
  async (context) => {
    const app = service();
    const server = await scriptedServer((request, response, form) => page(app.page())(request, response, form));
    const running = await prometheus({
      config: `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs: [{ job_name: app, static_configs: [{ targets: ["127.0.0.1:${server.port}"] }] }]\n`,
    });
    skipUnlessAvailable(context, running);
    // It stands still while the same is read twice: each second makes another slice old enough to be read.
    let nowMs = Date.now();
    const source = createPrometheusSource(
      { url: running.url, delay: "1s" },
      { clock: { now: () => DateTime.fromMillis(nowMs) } },
    );
    try {
      const fromMs = Math.floor(nowMs / SLICE_MS) * SLICE_MS - 10_000;
      const requestOf = (query: Record<string, string>): SliRequest => ({
        sloId: "app",
        sli: { kind: "events", selector: { source: "prom", query } },
        fromMs,
        toMs: Math.floor(nowMs / SLICE_MS) * SLICE_MS,
        sliceMs: SLICE_MS,
      });
      await vi.waitUntil(() => app.scraped() > SCRAPES + 3, { timeout: 60_000, interval: 100 });
      nowMs = Date.now();
      const raw = requestOf({ good: 'http_requests_total{code!~"5.."}', total: "http_requests_total", mode: "raw" });
      const reading = await source.read(raw);
      if (reading.kind === "failed") throw new Error(reading.message);
      const sum = { good: 0, total: 0 };
      for (const { measurement } of reading.samples) {
        if (measurement.kind !== "counts") throw new Error(`a measurement of kind ${measurement.kind}`);
        sum.good += measurement.good;
        sum.total += measurement.total;
      }
      expect(sum).toEqual(app.truth);
      expect(await source.read(raw)).toEqual(reading);
      // The same in two parts: an increase over the seam is counted once.
      const middleMs = reading.samples[Math.floor(reading.samples.length / 2)]?.toMs ?? 0;
      const parts = await Promise.all([
        source.read({ ...raw, toMs: middleMs }),
        source.read({ ...raw, fromMs: middleMs }),
      ]);
      expect(parts.flatMap((part) => (part.kind === "read" ? part.samples : []))).toEqual(reading.samples);

      const increase = await source.read({
        ...requestOf({
          bad: 'sum(increase(http_requests_total{code="500"}[$slice]))',
          total: "sum(increase(http_requests_total[$slice]))",
        }),
        sliceMs: 5_000,
        fromMs: Math.floor(fromMs / 5_000) * 5_000,
      });
      expect(increase).toMatchObject({ kind: "read" });
      expect(increase.kind === "read" ? increase.samples.length : 0).toBeGreaterThan(0);
      expect(
        await source.read({ ...requestOf({ good: "sum(a[$slice]", total: "b[$slice]" }), sloId: "broken" }),
      ).toMatchObject({ kind: "failed", code: "bad-query", message: expect.stringContaining("parse error") });
      expect(
        await source.read({
          ...requestOf({ good: "increase(nothing[$slice])", total: "increase(nothing[$slice])" }),
          sloId: "none",
        }),
      ).toMatchObject({ kind: "failed", code: "no-series" });
    } finally {
      await source.close?.();
      await running.stop();
      await server.close();
    }
  },
);

it("reads the page of a real Prometheus by itself", { timeout: 60_000 }, async (context) => {
  const running = await prometheus({ config: "global: { scrape_interval: 1s }\n" });
  skipUnlessAvailable(context, running);
  let nowMs = 1_800_000_000_000;
  const source = createScrapeSource(
    { targets: [`${running.url}/metrics`] },
    { clock: { now: () => DateTime.fromMillis(nowMs) } },
  );
  try {
    const read = () =>
      source.read({
        sloId: "prometheus",
        sli: {
          kind: "latency",
          thresholdMs: 400,
          selector: {
            source: "self",
            query: { histogram: 'prometheus_http_request_duration_seconds{handler="/metrics"}' },
          },
        },
        fromMs: nowMs - SLICE_MS,
        toMs: nowMs,
        sliceMs: SLICE_MS,
      });
    // A histogram of the handler appears only with its first request.
    await read();
    for (let round = 0; round < 3; round++) {
      nowMs += SLICE_MS;
      const reading = await read();
      if (round === 0) continue;
      expect(reading).toMatchObject({ kind: "read", setAside: [], samples: [{ measurement: { kind: "histogram" } }] });
      const measurement = reading.kind === "read" ? reading.samples[0]?.measurement : undefined;
      expect(measurement?.kind === "histogram" ? measurement.buckets.at(-1) : undefined).toEqual({
        upperMs: Infinity,
        count: 1,
      });
    }
  } finally {
    await source.close?.();
    await running.stop();
  }
});
