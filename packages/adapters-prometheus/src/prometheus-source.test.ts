import type { SliRequest } from "@plimsoll/core";
import { createManualClock, describeContract, sliSourceContract } from "@plimsoll/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import type { PrometheusSettings } from "./prometheus-query.js";
import { createPrometheusSource } from "./prometheus-source.js";
import { json, scriptedServer, slicesOf, type Script } from "./scripted-server.test-support.js";

const SLICE_MS = 15_000;
const START_MS = 1_800_000_000_000;
const QUERY = { good: 'sum(increase(r{c="200"}[$slice]))', total: "sum(increase(r[$slice]))" };

type Point = readonly [atMs: number, value: number | string];
type Series = { readonly metric: Record<string, string>; readonly points: readonly Point[] };

const success = (resultType: string, result: unknown) => ({ status: "success", data: { resultType, result } });
const wire = ([atMs, value]: Point) => [atMs / 1_000, String(value)];

/** A server with raw series: answers `name[range]` and `name{…}[range]` by the name alone. */
function rawServer(series: () => readonly Series[]): Script {
  return (_, response, form) => {
    const [, name, range] = /^([a-z_]+)(?:\{.*\})?\[(\d+)s\]$/.exec(form.get("query") ?? "") ?? [];
    const untilMs = Number(form.get("time")) * 1_000;
    const result = series()
      .filter(({ metric }) => metric["__name__"] === name)
      .map(({ metric, points }) => ({
        metric,
        values: points.filter(([atMs]) => atMs <= untilMs && atMs > untilMs - Number(range) * 1_000).map(wire),
      }))
      .filter(({ values }) => values.length > 0);
    json(success("matrix", result))(_, response, form);
  };
}

async function world(settings: Partial<PrometheusSettings> = {}, base = "") {
  const server = await scriptedServer(json(success("vector", [])));
  const clock = createManualClock(new Date(START_MS).toISOString());
  const source = createPrometheusSource({ url: `${server.url}${base}`, delay: "1s", ...settings }, { clock });
  const requestOf = (fromSlice: number, toSlice: number, query: Record<string, string> = QUERY): SliRequest => ({
    sloId: "web-availability",
    sli: { kind: "events", selector: { source: "prom", query } },
    fromMs: START_MS + fromSlice * SLICE_MS,
    toMs: START_MS + toSlice * SLICE_MS,
    sliceMs: SLICE_MS,
  });
  const readAt = (slice: number, request: SliRequest) => {
    clock.set(START_MS + slice * SLICE_MS + 1_000);
    return source.read(request);
  };
  const close = async () => {
    await source.close?.();
    await server.close();
  };
  return { server, clock, source, requestOf, readAt, close };
}

async function open(...args: Parameters<typeof world>) {
  const opened = await world(...args);
  onTestFinished(opened.close);
  return opened;
}

const show = (reading: Awaited<ReturnType<Awaited<ReturnType<typeof world>>["readAt"]>>) =>
  slicesOf(reading, START_MS, SLICE_MS);
const at = (slice: number) => START_MS + slice * SLICE_MS;

describe("queries that the server counts", () => {
  it("ask one slice at once by an instant query, with its length in place of $slice", async () => {
    const { server, readAt, requestOf } = await open({}, "/prom/");
    const asked: (string | null)[] = [];
    server.act((request, response, form) => {
      asked.push(request.url ?? "", form.get("query"), form.get("time"));
      json(
        success("vector", [{ metric: {}, value: wire([at(1), form.get("query")?.includes("200") === true ? 9 : 10]) }]),
      )(request, response, form);
    });
    expect(show(await readAt(1, requestOf(0, 1)))).toEqual([[0, 1, "9/10"]]);
    expect(asked.slice(0, 3)).toEqual(["/prom/api/v1/query", 'sum(increase(r{c="200"}[15s]))', String(at(1) / 1_000)]);
  });

  it("catch up over many slices by a range query, leaving gaps as gaps", async () => {
    const { server, readAt, requestOf } = await open();
    server.act((request, response, form) => {
      expect([request.url, form.get("start"), form.get("end"), form.get("step")]).toEqual([
        "/api/v1/query_range",
        String(at(1) / 1_000),
        String(at(4) / 1_000),
        "15",
      ]);
      const good = form.get("query")?.includes("200") === true;
      json(
        success("matrix", [
          {
            metric: {},
            values: [
              [at(1), good ? 1 : 2] as Point,
              [at(2), good ? 0 : 0] as Point,
              [at(4), good ? 3 : 3] as Point,
            ].map(wire),
          },
        ]),
      )(request, response, form);
    });
    expect(show(await readAt(4, requestOf(0, 4)))).toEqual([
      [0, 1, "1/2"],
      [1, 2, "0/0"],
      [3, 4, "3/3"],
    ]);
  });

  it("wait until the data of a slice is complete", async () => {
    const { clock, source, requestOf } = await open();
    clock.set(at(1) + 999);
    expect(await source.read(requestOf(0, 1))).toEqual({
      kind: "read",
      samples: [],
      watermarkMs: at(0),
      setAside: [],
      notes: [],
    });
  });

  it("read a histogram by `le`", async () => {
    const { server, readAt, requestOf } = await open();
    server.act(
      json(
        success("vector", [
          { metric: { le: "+Inf" }, value: wire([at(1), 8]) },
          { metric: { le: "0.3" }, value: wire([at(1), 6]) },
        ]),
      ),
    );
    const request = {
      ...requestOf(0, 1),
      sli: {
        kind: "latency" as const,
        thresholdMs: 300,
        selector: { source: "prom", query: { histogram: "sum by (le) (increase(d_bucket[$slice]))" } },
      },
    };
    expect(show(await readAt(1, request))).toEqual([
      [
        0,
        1,
        {
          kind: "histogram",
          buckets: [
            { upperMs: 300, count: 6 },
            { upperMs: Infinity, count: 8 },
          ],
        },
      ],
    ]);
  });

  it("set NaN in one of many slices aside, and fail when there is nothing else", async () => {
    const { server, readAt, requestOf } = await open();
    server.act(
      json(success("matrix", [{ metric: {}, values: [[at(1), 5] as Point, [at(2), "NaN"] as Point].map(wire) }])),
    );
    expect(await readAt(2, requestOf(0, 2))).toMatchObject({
      samples: [{ toMs: at(1) }],
      setAside: [
        { count: 1, example: QUERY.good },
        { count: 1, example: QUERY.total },
      ],
    });
    server.act(json(success("vector", [{ metric: {}, value: wire([at(3), "NaN"]) }])));
    expect(await readAt(3, requestOf(2, 3))).toMatchObject({
      kind: "failed",
      code: "not-a-number",
      message: expect.stringContaining("gave NaN"),
    });
  });

  it("leave what is missing far back as a gap, so that catching up never stops at it", async () => {
    const { readAt, requestOf } = await open();
    expect(await readAt(1_000, requestOf(0, 10))).toMatchObject({ kind: "read", samples: [], watermarkMs: at(10) });
  });
});

describe("an answer that is not what it should be", () => {
  const two = [
    { metric: { pod: "a" }, value: [1, "1"] },
    { metric: { pod: "b" }, value: [1, "1"] },
  ];
  it.each<[name: string, script: Script, code: string, more: { readonly retryable: boolean; readonly words: string }]>([
    ["no series", json(success("vector", [])), "no-series", { retryable: true, words: "returned no series" }],
    [
      "several series",
      json(success("vector", two)),
      "several-series",
      { retryable: true, words: "returned 2 series where one is needed" },
    ],
    [
      "infinite",
      json(success("vector", [{ metric: {}, value: [1, "+Inf"] }])),
      "not-a-number",
      { retryable: true, words: "gave Infinity" },
    ],
    ["a text", json(success("string", [1, "x"])), "wrong-result-type", { retryable: true, words: "of type string" }],
    [
      "a native histogram",
      json(success("vector", [{ metric: {}, histogram: [1, {}] }])),
      "wrong-result-type",
      { retryable: true, words: "native histogram" },
    ],
    [
      "a syntax error",
      json({ status: "error", errorType: "bad_data", error: "parse error at char 3" }, 400),
      "bad-query",
      { retryable: false, words: "parse error at char 3" },
    ],
    [
      "an execution error",
      json({ status: "error", errorType: "execution", error: "too many samples" }, 422),
      "server-error",
      { retryable: true, words: "too many samples" },
    ],
    [
      "a status",
      (_, response) => response.writeHead(502).end("<html>"),
      "http-status",
      { retryable: true, words: "answered 502" },
    ],
    [
      "no permission",
      (_, response) => response.writeHead(401).end(),
      "http-status",
      { retryable: false, words: "check the credentials" },
    ],
    [
      "no JSON",
      (_, response) => response.end('{"status":"success","data":{"resu'),
      "malformed-answer",
      { retryable: true, words: "not JSON" },
    ],
    [
      "other JSON",
      json({ hello: "world" }),
      "malformed-answer",
      { retryable: true, words: "is this a Prometheus server?" },
    ],
    [
      "a broken series",
      json(success("vector", [{ metric: {}, value: ["x", 1] }])),
      "malformed-answer",
      { retryable: true, words: "malformed" },
    ],
    [
      "a broken connection",
      (_, response) => response.destroy(),
      "unreachable",
      { retryable: true, words: "could not be read" },
    ],
    ["no answer", () => {}, "timeout", { retryable: true, words: "did not answer within 50 ms" }],
  ])("is a failure that names the SLO and the query: %s", async (_, script, code, { retryable, words }) => {
    // Only the server that never answers is given a short time: a slow machine must not change the others.
    const { server, readAt, requestOf } = await open(code === "timeout" ? { timeout: "50ms" } : {});
    server.act(script);
    const reading = await readAt(1, requestOf(0, 1));
    expect(reading).toEqual({
      kind: "failed",
      code,
      retryable,
      message: expect.stringContaining("SLO web-availability: "),
    });
    expect(reading).toMatchObject({ message: expect.stringContaining('sum(increase(r{c="200"}[15s]))') });
    expect(reading).toMatchObject({ message: expect.stringContaining(words) });
  });

  it("takes an absent good or bad series for zero only when told so, and an absent total never", async () => {
    const { server, readAt, requestOf } = await open();
    server.act((request, response, form) =>
      json(
        success(
          "vector",
          form.get("query")?.includes("bad") === true ? [] : [{ metric: {}, value: [at(1) / 1_000, "7"] }],
        ),
      )(request, response, form),
    );
    const query = { bad: "sum(increase(bad[$slice]))", total: "sum(increase(all[$slice]))" };
    expect(await readAt(1, requestOf(0, 1, query))).toMatchObject({ kind: "failed", code: "no-series" });
    expect(show(await readAt(1, requestOf(0, 1, { ...query, absent: "zero" })))).toEqual([[0, 1, "7/7"]]);
    expect(await readAt(1, requestOf(0, 1, { good: query.total, total: query.bad, absent: "zero" }))).toMatchObject({
      kind: "failed",
      code: "no-series",
    });
  });

  it("takes an absent good series for no good event, in both modes", async () => {
    const { server, readAt, requestOf } = await open();
    server.act((request, response, form) =>
      json(
        success(
          "vector",
          form.get("query")?.includes("good") === true ? [] : [{ metric: {}, value: [at(1) / 1_000, "7"] }],
        ),
      )(request, response, form),
    );
    expect(
      show(
        await readAt(
          1,
          requestOf(0, 1, { good: "sum(increase(good[$slice]))", total: "sum(increase(all[$slice]))", absent: "zero" }),
        ),
      ),
    ).toEqual([[0, 1, "0/7"]]);
    server.act(
      rawServer(() => [
        {
          metric: { __name__: "all" },
          points: [
            [at(0) - 1_000, 1],
            [at(1) - 1_000, 8],
          ],
        },
      ]),
    );
    expect(show(await readAt(1, requestOf(0, 1, { good: "good", total: "all", absent: "zero", mode: "raw" })))).toEqual(
      [[0, 1, "0/7"]],
    );
    expect(show(await readAt(1, requestOf(0, 1, { bad: "bad", total: "all", absent: "zero", mode: "raw" })))).toEqual([
      [0, 1, "7/7"],
    ]);
  });

  it("does not let rounding make more good events than there are", async () => {
    const { server, readAt, requestOf } = await open();
    server.act((request, response, form) =>
      json(
        success("vector", [
          {
            metric: {},
            value: [at(1) / 1_000, form.get("query")?.includes("200") === true ? "0.30000000000000004" : "0.3"],
          },
        ]),
      )(request, response, form),
    );
    expect(show(await readAt(1, requestOf(0, 1)))).toEqual([[0, 1, "0.3/0.3"]]);
  });

  it("never shows a secret", async () => {
    const server = await scriptedServer((request, response, form) =>
      json(
        {
          status: "error",
          errorType: "internal",
          error: `no: ${JSON.stringify(request.headers)} for tok-12345 and pa55word`,
        },
        500,
      )(request, response, form),
    );
    const clock = createManualClock(new Date(at(1) + 10_000).toISOString());
    const settings = {
      url: server.url.replace("://", "://user:pa55word@"),
      bearerToken: { reveal: () => "tok-12345" },
      secretHeaders: { "x-key": "k-98765" },
      headers: { "x-org": "tenant-7" },
    };
    const source = createPrometheusSource(settings, { clock });
    onTestFinished(async () => {
      await source.close?.();
      await server.close();
    });
    const reading = await source.read({
      sloId: "s",
      sli: { kind: "events", selector: { source: "p", query: QUERY } },
      fromMs: at(0),
      toMs: at(1),
      sliceMs: SLICE_MS,
    });
    expect(reading.kind).toBe("failed");
    expect(JSON.stringify(reading)).not.toMatch(/tok-12345|k-98765|pa55word|tenant-7/);
  });

  it.each([
    [
      { good: "sum(increase(a[5m]))", total: "sum(increase(b[$slice]))" },
      "good: It must say over which range it counts: write `[$slice]`",
    ],
    [{ good: "sum(a)", total: "b", mode: "raw" }, "good: In `mode: raw` it must be a selector"],
    [{ total: "sum(increase(b[$slice]))" }, "Expected `good` and `total`"],
    [{ ...QUERY, extra: "x" }, "extra"],
  ])("is not even asked for by a query that means nothing: %j", async (query, words) => {
    const { readAt, requestOf } = await open();
    expect(await readAt(1, requestOf(0, 1, query))).toMatchObject({
      kind: "failed",
      code: "bad-query",
      retryable: false,
      message: expect.stringContaining(words),
    });
  });
});

describe("raw counters", () => {
  const RAW = { bad: 'r_total{c="5"}', total: "all_total", mode: "raw" };
  const total = (points: readonly Point[], labels = {}): Series => ({
    metric: { __name__: "all_total", job: "j", instance: "i", ...labels },
    points,
  });
  const bad = (points: readonly Point[], labels = {}): Series => ({
    metric: { __name__: "r_total", job: "j", instance: "i", ...labels },
    points,
  });

  it("count each increase in the slice of its scrape, over resets and over the edge of an interval", async () => {
    const { server, readAt, requestOf } = await open();
    const points: Point[] = [
      [at(0) - 5_000, 100],
      [at(0) + 10_000, 110],
      [at(1) + 10_000, 4],
      [at(2) + 10_000, 9],
    ];
    server.act(rawServer(() => [total(points), bad(points.map(([time, value]) => [time, value === 4 ? 0 : 1]))]));
    expect(show(await readAt(2, requestOf(0, 2, RAW)))).toEqual([
      [0, 1, "10/10"],
      [1, 2, "4/4"],
    ]);
    expect(show(await readAt(3, requestOf(2, 3, RAW)))).toEqual([[2, 3, "4/5"]]);
  });

  it("cover the slices between scrapes that are rarer than slices, and leave what is not scraped yet for later", async () => {
    const { server, readAt, requestOf } = await open();
    const points = [0, 30, 60].map((second): Point => [at(0) - 10_000 + second * 1_000, second]);
    server.act(rawServer(() => [total(points), bad(points)]));
    const reading = await readAt(4, requestOf(0, 4, RAW));
    expect(show(reading)).toEqual([
      [0, 2, "0/30"],
      [2, 4, "0/30"],
    ]);
    expect(await readAt(5, requestOf(4, 5, RAW))).toMatchObject({ kind: "read", samples: [], watermarkMs: at(4) });
  });

  it("count a first value only when the target was scraped before without it, or by its created timestamp", async () => {
    const { server, readAt, requestOf } = await open();
    const old = total([
      [at(0) - 5_000, 50],
      [at(0) + 10_000, 60],
    ]);
    const late = (labels: object) => bad([[at(0) + 10_000, 7]], labels);
    const up: Series = {
      metric: { __name__: "up", job: "j", instance: "i" },
      points: [
        [at(0) - 5_000, 1],
        [at(0) + 10_000, 1],
      ],
    };
    server.act(rawServer(() => [old, late({})]));
    expect(await readAt(1, requestOf(0, 1, RAW))).toMatchObject({
      samples: [{ measurement: { good: 10, total: 10 } }],
      notes: [expect.stringContaining("the first values of 1 series are not counted")],
    });
    server.act(rawServer(() => [old, late({}), up]));
    expect(show(await readAt(1, requestOf(0, 1, RAW)))).toEqual([[0, 1, "3/10"]]);
    const created: Series = {
      metric: { __name__: "r_created", job: "j", instance: "i" },
      points: [[at(0) + 10_000, (at(0) + 2_000) / 1_000]],
    };
    server.act(rawServer(() => [old, late({}), created]));
    expect(show(await readAt(1, requestOf(0, 1, RAW)))).toEqual([[0, 1, "3/10"]]);
  });

  it("do not claim the time before a series was first seen", async () => {
    const { server, readAt, requestOf } = await open();
    const points: Point[] = [2, 3, 4].map((slice) => [at(slice) + 1_000, slice]);
    server.act(rawServer(() => [total(points), bad(points)]));
    expect(show(await readAt(5, requestOf(0, 5, RAW)))).toEqual([
      [3, 4, "0/1"],
      [4, 5, "0/1"],
    ]);
  });

  it("count all buckets from zero when one fell", async () => {
    const { server, readAt, requestOf } = await open();
    const bucket = (le: string, values: readonly number[]): Series => ({
      metric: { __name__: "d_seconds_bucket", le },
      points: values.map((value, index): Point => [at(index) - 5_000, value]),
    });
    server.act(rawServer(() => [bucket("0.3", [5, 8]), bucket("+Inf", [100, 20])]));
    const request = {
      ...requestOf(0, 1),
      sli: {
        kind: "latency" as const,
        thresholdMs: 300,
        selector: { source: "prom", query: { histogram: "d_seconds", mode: "raw" } },
      },
    };
    expect(show(await readAt(1, request))).toEqual([
      [
        0,
        1,
        {
          kind: "histogram",
          buckets: [
            { upperMs: 300, count: 8 },
            { upperMs: Infinity, count: 20 },
          ],
        },
      ],
    ]);
  });

  it("fail when nothing is there any more, and leave it as a gap far back", async () => {
    const { server, readAt, requestOf } = await open();
    server.act(rawServer(() => []));
    expect(await readAt(1, requestOf(0, 1, RAW))).toMatchObject({
      kind: "failed",
      code: "no-series",
      message: expect.stringContaining("r_total"),
    });
    expect(await readAt(5_000, requestOf(0, 4_000, RAW))).toMatchObject({
      kind: "read",
      samples: [],
      watermarkMs: at(1_440),
    });
  });
});

describeContract({ describe, it }, sliSourceContract, async () => {
  const { server, clock, source, requestOf, close } = await world();
  clock.set(at(8) + 1_000);
  return {
    source,
    request: requestOf(0, 8, { good: "good_total", total: "all_total", mode: "raw" }),
    measuresZero: true,
    async serve(slices) {
      const series = (name: string, count: (slice: (typeof slices)[number]) => number): Series => {
        const points: Point[] = [[at(0) - 1_000, 0]];
        for (const slice of slices) points.push([slice.toMs - 1_000, Number(points.at(-1)?.[1] ?? 0) + count(slice)]);
        return { metric: { __name__: name }, points };
      };
      server.act(
        rawServer(() => [series("good_total", ({ good }) => good), series("all_total", ({ total }) => total)]),
      );
    },
    async fail() {
      server.act((_, response) => response.writeHead(500).end());
    },
    async hang() {
      server.act(() => {});
    },
    async garble() {
      server.act((_, response) => response.end("]]]"));
    },
    close,
  };
});
