import type { ServerResponse } from "node:http";
import type { Sli, SliRequest } from "@plimsoll/core";
import { createManualClock, describeContract, sliSourceContract } from "@plimsoll/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { createScrapeSource } from "./scrape-source.js";
import type { ScrapeSettings } from "./scrape-query.js";
import { page, scriptedServer, slicesOf } from "./scripted-server.test-support.js";

const SLICE_MS = 15_000;
const START_MS = 1_800_000_000_000;
const QUERY = { bad: 'http_requests_total{code=~"5.."}', total: "http_requests_total" };

async function world(targets = 1, settings: Partial<ScrapeSettings> = {}) {
  const servers = await Promise.all(Array.from({ length: targets }, () => scriptedServer(page(""))));
  const clock = createManualClock(new Date(START_MS).toISOString());
  const source = createScrapeSource({ targets: servers.map(({ url }) => `${url}/metrics`), ...settings }, { clock });
  const requestOf = (
    fromSlice: number,
    toSlice: number,
    query: Sli extends never ? never : Record<string, string> = QUERY,
  ): SliRequest => ({
    sloId: "web-availability",
    sli: { kind: "events", selector: { source: "app", query } },
    fromMs: START_MS + fromSlice * SLICE_MS,
    toMs: START_MS + toSlice * SLICE_MS,
    sliceMs: SLICE_MS,
  });
  /** Shows pages, lets it be the end of a slice, and reads that slice. */
  const readAt = async (slice: number, pages: string | readonly string[], request = requestOf(slice - 1, slice)) => {
    for (const [index, text] of [pages].flat().entries()) servers[index]?.act(page(text));
    clock.set(START_MS + slice * SLICE_MS);
    return source.read(request);
  };
  const close = async () => {
    await source.close?.();
    await Promise.all(servers.map((server) => server.close()));
  };
  return { servers, clock, source, requestOf, readAt, close };
}

async function open(...args: Parameters<typeof world>) {
  const opened = await world(...args);
  onTestFinished(opened.close);
  return opened;
}

const show = (reading: Awaited<ReturnType<Awaited<ReturnType<typeof world>>["readAt"]>>) =>
  slicesOf(reading, START_MS, SLICE_MS);
const counters = (ok: number, bad: number) =>
  `http_requests_total{code="200"} ${ok}\nhttp_requests_total{code="503"} ${bad}\n`;

describe("scraping a page", () => {
  it("counts what was added between two scrapes, over a reset, and not what was there before", async () => {
    const { readAt } = await open();
    const first = await readAt(0, counters(1_000, 10));
    expect(first).toMatchObject({
      kind: "read",
      samples: [],
      notes: [expect.stringContaining("2 series may be older")],
    });
    expect(show(await readAt(1, counters(1_090, 20)))).toEqual([[0, 1, "90/100"]]);
    expect(show(await readAt(2, counters(1_090, 20)))).toEqual([[1, 2, "0/0"]]);
    expect(show(await readAt(3, counters(7, 1)))).toEqual([[2, 3, "7/8"]]);
  });

  it("counts a first value in full when an earlier page lacked the series", async () => {
    const { readAt } = await open();
    await readAt(0, 'http_requests_total{code="200"} 5\nhttp_requests_total{code="503"} 0\n');
    expect(show(await readAt(1, `${counters(6, 0)}http_requests_total{code="500"} 3\n`))).toEqual([[0, 1, "1/4"]]);
  });

  it("does not take a series that was away for a new one", async () => {
    const { readAt } = await open();
    await readAt(0, counters(1_000, 10));
    await readAt(1, 'http_requests_total{code="503"} 10\n');
    expect(show(await readAt(2, counters(1_003, 10)))).toEqual([[1, 2, "3/3"]]);
  });

  it("counts a first value in full when its created timestamp lies inside the interval", async () => {
    const { servers, clock, source, requestOf } = await open();
    const created = START_MS / 1_000 + 3;
    servers[0]?.act(
      page(
        `# TYPE http_requests counter\nhttp_requests_total{code="503"} 4\nhttp_requests_created{code="503"} ${created}\n# EOF\n`,
        "application/openmetrics-text; version=1.0.0",
      ),
    );
    clock.set(START_MS + SLICE_MS);
    expect(show(await source.read(requestOf(0, 1)))).toEqual([[0, 1, "0/4"]]);
  });

  it("covers the slices in which nobody read it by one sample", async () => {
    const { readAt, requestOf } = await open();
    await readAt(0, counters(0, 0));
    expect(show(await readAt(4, counters(40, 0), requestOf(0, 4)))).toEqual([[0, 4, "40/40"]]);
  });

  it("leaves a gap before the last slice when the time without a scrape was long", async () => {
    const { readAt, requestOf } = await open();
    await readAt(0, counters(0, 0));
    expect(show(await readAt(100, counters(40, 0), requestOf(0, 100)))).toEqual([[99, 100, "40/40"]]);
  });

  it("scrapes a target once for all SLIs of an instant", async () => {
    const { servers, clock, source, requestOf } = await open();
    let scrapes = 0;
    servers[0]?.act((_, response) => {
      scrapes += 1;
      response.end(counters(1, 0));
    });
    clock.set(START_MS + SLICE_MS);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => source.read({ ...requestOf(0, 1), sloId: `slo-${index}` })),
    );
    expect(scrapes).toBe(1);
    clock.set(START_MS + 2 * SLICE_MS);
    await source.read(requestOf(1, 2));
    expect(scrapes).toBe(2);
  });

  it("adds up the instances, and fails with the name of the one that does not answer, losing nothing", async () => {
    const { servers, clock, source, requestOf, readAt } = await open(2);
    await readAt(0, [counters(0, 0), counters(100, 0)]);
    expect(show(await readAt(1, [counters(10, 1), counters(110, 1)]))).toEqual([[0, 1, "20/22"]]);
    servers[0]?.act(page(counters(20, 1)));
    servers[1]?.act((_, response) => response.writeHead(503).end());
    clock.set(START_MS + 2 * SLICE_MS);
    const failed = await source.read(requestOf(1, 2));
    expect(failed).toEqual({
      kind: "failed",
      code: "http-status",
      retryable: true,
      message: `SLO web-availability: ${servers[1]?.url}/metrics answered 503 instead of 200`,
    });
    expect(show(await readAt(3, [counters(30, 1), counters(115, 2)], requestOf(1, 3)))).toEqual([[1, 3, "25/26"]]);
  });

  it("selects by labels, the target's own among them", async () => {
    const servers = await Promise.all([scriptedServer(page(counters(1, 0))), scriptedServer(page(counters(5, 0)))]);
    const clock = createManualClock(new Date(START_MS).toISOString());
    const source = createScrapeSource(
      { targets: servers.map(({ url }, index) => ({ url, labels: { zone: `z${index}` } })) },
      { clock },
    );
    onTestFinished(async () => {
      await source.close?.();
      for (const server of servers) await server.close();
    });
    const request = (toSlice: number): SliRequest => ({
      sloId: "zone",
      sli: {
        kind: "events",
        selector: {
          source: "app",
          query: { good: 'http_requests_total{zone="z1",code="200"}', total: 'http_requests_total{zone!="z0"}' },
        },
      },
      fromMs: START_MS + (toSlice - 1) * SLICE_MS,
      toMs: START_MS + toSlice * SLICE_MS,
      sliceMs: SLICE_MS,
    });
    await source.read(request(0));
    servers.forEach((server) => server.act(page(counters(8, 1))));
    clock.set(START_MS + SLICE_MS);
    expect(show(await source.read(request(1)))).toEqual([[0, 1, "3/4"]]);
  });

  it("gives a histogram's increases at the bounds that all series share", async () => {
    const { readAt, requestOf } = await open();
    const buckets = (path: string, bounds: readonly [string, number][]) =>
      bounds.map(([le, count]) => `d_seconds_bucket{path="${path}",le="${le}"} ${count}\n`).join("");
    const histogram = {
      ...requestOf(0, 1),
      sli: {
        kind: "latency" as const,
        thresholdMs: 300,
        selector: { source: "app", query: { histogram: "d_seconds" } },
      },
    };
    await readAt(
      0,
      buckets("/a", [
        ["0.1", 0],
        ["0.3", 0],
        ["+Inf", 0],
      ]) +
        buckets("/b", [
          ["0.3", 0],
          ["+Inf", 0],
        ]),
      { ...histogram, fromMs: START_MS - SLICE_MS, toMs: START_MS },
    );
    const reading = await readAt(
      1,
      buckets("/a", [
        ["0.1", 1],
        ["0.3", 5],
        ["+Inf", 6],
      ]) +
        buckets("/b", [
          ["0.3", 2],
          ["+Inf", 4],
        ]),
      histogram,
    );
    expect(show(reading)).toEqual([
      [
        0,
        1,
        {
          kind: "histogram",
          buckets: [
            { upperMs: 300, count: 7 },
            { upperMs: Infinity, count: 10 },
          ],
        },
      ],
    ]);
  });

  it("gives a gauge's value", async () => {
    const { readAt, requestOf } = await open();
    const request = {
      ...requestOf(0, 1),
      sli: {
        kind: "time-slices" as const,
        goodWhen: { of: "value" as const, operator: "<" as const, limit: 5 },
        selector: { source: "app", query: { value: "queue_depth" } },
      },
    };
    expect(show(await readAt(1, "queue_depth -4\n", request))).toEqual([[0, 1, { kind: "value", value: -4 }]]);
    expect(
      await readAt(2, 'queue_depth{q="a"} 4\nqueue_depth{q="b"} 5\n', { ...request, toMs: START_MS + 2 * SLICE_MS }),
    ).toMatchObject({ kind: "failed", code: "several-series" });
  });

  it("sets malformed lines aside with their place, and counts the others", async () => {
    const { servers, readAt } = await open();
    await readAt(0, counters(0, 0));
    expect(await readAt(1, `${counters(1, 0)}broken{ 1\n`)).toMatchObject({
      samples: [{}],
      setAside: [{ count: 1, example: `${servers[0]?.url}/metrics line 3: broken{ 1` }],
    });
  });
});

describe("a page that is not what it should be", () => {
  it.each([
    ["no such series", "other 1\n", "no-series", "matches no series"],
    ["no bad series", 'http_requests_total{code="200"} 1\n', "no-series", "say `absent: zero`"],
    ["not a number", counters(Number.NaN, 0), "not-a-number", "has the value NaN"],
    ["a negative counter", counters(-1, 0), "not-a-number", "has the value -1"],
  ])("is a failure that names the SLO and the query, never a zero: %s", async (_, text, code, words) => {
    const { readAt } = await open();
    const reading = await readAt(1, text);
    expect(reading).toMatchObject({ kind: "failed", code, message: expect.stringContaining("SLO web-availability: ") });
    expect(reading).toMatchObject({ message: expect.stringContaining(words) });
    expect(reading).toMatchObject({ message: expect.stringContaining("http_requests_total") });
  });

  it("takes an absent bad series for zero when told so", async () => {
    const { readAt, requestOf } = await open();
    const query = { ...QUERY, absent: "zero" };
    await readAt(0, 'http_requests_total{code="200"} 1\n', requestOf(-1, 0, query));
    expect(show(await readAt(1, 'http_requests_total{code="200"} 4\n', requestOf(0, 1, query)))).toEqual([
      [0, 1, "3/3"],
    ]);
    expect(show(await readAt(2, counters(4, 2), requestOf(1, 2, query)))).toEqual([[1, 2, "0/2"]]);
  });

  it.each([
    [
      "a page without its end",
      (response: ServerResponse) =>
        response.writeHead(200, { "content-type": "application/openmetrics-text" }).end("http_requests_total 1\n"),
      "malformed-answer",
      "# EOF",
    ],
    [
      "an HTML page",
      (response: ServerResponse) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      "malformed-answer",
      "check the path",
    ],
    [
      "a redirect",
      (response: ServerResponse) => response.writeHead(302, { location: "/login" }).end(),
      "http-status",
      "answered 302",
    ],
    ["a connection that breaks", (response: ServerResponse) => response.destroy(), "unreachable", "could not be read"],
    [
      "a page that is too long",
      (response: ServerResponse) => response.end("x".repeat(5_000)),
      "response-too-large",
      "maxResponseBytes",
    ],
  ])("is a failure: %s", async (_, answer, code, words) => {
    const { servers, clock, source, requestOf } = await open(1, { maxResponseBytes: 4_096 });
    servers[0]?.act((__, response) => answer(response));
    clock.set(START_MS + SLICE_MS);
    expect(await source.read(requestOf(0, 1))).toMatchObject({
      kind: "failed",
      code,
      message: expect.stringContaining(words),
    });
  });

  it("is a failure when it does not come in time", async () => {
    const { servers, clock, source, requestOf } = await open(1, { timeout: "20ms" });
    servers[0]?.act(() => {});
    clock.set(START_MS + SLICE_MS);
    expect(await source.read(requestOf(0, 1))).toMatchObject({
      kind: "failed",
      code: "timeout",
      message: expect.stringContaining("did not answer within 20 ms"),
    });
  });

  it.each([
    [{ good: "a" }, "found `good`"],
    [{ good: "a", total: "rate(b[5m])" }, "total: Not a selector"],
    [{ value: "a" }, "an SLI of kind events needs a query with `good` and `total`"],
    [{ good: "a", total: "b", absent: "maybe" }, "absent: Expected `fail` or `zero`."],
  ])("is not even asked for by a query that means nothing: %j", async (query, words) => {
    const { source, requestOf } = await open();
    expect(await source.read(requestOf(0, 1, query))).toMatchObject({
      kind: "failed",
      retryable: false,
      message: expect.stringContaining(words),
    });
  });
});

describeContract({ describe, it }, sliSourceContract, async () => {
  const { servers, clock, source, requestOf, readAt, close } = await world();
  const request = requestOf(0, 8, { good: "good_total", total: "all_total" });
  const first = async (script: Parameters<(typeof servers)[0]["act"]>[0]) => {
    servers[0]?.act(script);
    clock.set(START_MS + SLICE_MS);
  };
  return {
    source,
    request,
    measuresZero: true,
    async serve(slices) {
      const seen = { good: 0, total: 0 };
      const text = () => `good_total ${seen.good}\nall_total ${seen.total}\n`;
      servers[0]?.act(page(text()));
      await source.read({ ...request, fromMs: START_MS - SLICE_MS, toMs: START_MS });
      for (const { toMs, good, total } of slices) {
        seen.good += good;
        seen.total += total;
        await readAt((toMs - START_MS) / SLICE_MS, text(), { ...request, toMs });
      }
    },
    fail: () => first((_, response) => response.writeHead(500).end()),
    hang: () => first(() => {}),
    garble: () => first(page("<!doctype html>\u0000{{{{")),
    close,
  };
});
