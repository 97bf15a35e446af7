import { expect, test } from "vitest";
import { sloHistoryShape } from "./answer-shapes.js";
import { createFetchJson } from "./fetch-json.js";
import { createServerClock } from "./server-clock.js";
import { list, record, text } from "./shape.js";

const shape = record({ names: list(text) });

function ask(answer: () => Promise<Response>, check = shape) {
  return createFetchJson(createServerClock(), answer)("/api/v1/x", check, new AbortController().signal);
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));

test("hands on an answer that fits", async () => {
  expect(await ask(json({ names: ["a"], more: 1 }))).toEqual({ ok: true, value: { names: ["a"], more: 1 } });
});

test("names the place where an answer does not fit", async () => {
  const fetched = await ask(json({ names: ["a", 2] }));
  expect(fetched).toMatchObject({ ok: false, failure: { kind: "misfit" } });
  expect(fetched.ok ? "" : fetched.failure.message).toContain("at names[1]: expected text, found 2");
});

test("does not take a page for an answer", async () => {
  const fetched = await ask(() => Promise.resolve(new Response("<!doctype html>")));
  expect(fetched.ok ? "" : fetched.failure.message).toContain("it is not JSON");
});

test("an instant that no clock can show does not fit", () => {
  const point = { at: "soon", bad: 0, total: 0, coverageRatio: 1, remainingRatio: 1 };
  const body = { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z", stepMs: 1, points: [point] };
  expect(sloHistoryShape(body, "")).toBe('at points[0].at: expected an instant, found "soon"');
});

test("passes on the service's own words when it refuses", async () => {
  const fetched = await ask(json({ code: "not-found", message: 'There is no SLO "x".' }, 404));
  expect(fetched).toEqual({ ok: false, failure: { kind: "refused", status: 404, message: 'There is no SLO "x".' } });
});

test("knows a service that is gone, also behind a proxy that answers for it", async () => {
  const direct = await ask(() => Promise.reject(new TypeError("Failed to fetch")));
  const proxied = await ask(() => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 })));
  expect([direct, proxied].map((one) => (one.ok ? "" : one.failure.kind))).toEqual(["unreachable", "unreachable"]);
});

test("learns the service's clock, and takes small differences for the way", () => {
  const clock = createServerClock(() => 1_000_000);
  clock.learn(new Date(1_090_000).toUTCString(), 999_900, 1_000_100);
  expect(clock.nowMs()).toBe(1_090_500);
  clock.learn(new Date(1_001_000).toUTCString(), 999_900, 1_000_100);
  expect(clock.nowMs()).toBe(1_000_000);
});
