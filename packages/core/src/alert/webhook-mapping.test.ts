import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { parseValuePath, valueAt } from "./value-path.js";
import { webhookMapping, type WebhookMappingSpec } from "./webhook-mapping.js";

const nowMs = Date.parse("2026-03-02T12:00:00Z");
const context = { source: "hook", nowMs };

function read(spec: WebhookMappingSpec, body: Json) {
  const mapping = webhookMapping(spec);
  if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
  return mapping.value.read(body, context);
}

const spec: WebhookMappingSpec = {
  alerts: "payload.events",
  labels: { alertname: "rule.name", team: "=shop", severity: "/rule/sev~1erity" },
  labelsFrom: "tags",
  annotations: { summary: "text" },
  fingerprint: "id",
  startsAt: "since",
  endsAt: "until",
  generatorUrl: "link",
  status: { at: "state", resolved: ["OK", "closed"] },
};

describe("a webhook that is mapped", () => {
  it("gives its alerts in the one form", () => {
    const event = {
      id: 77,
      rule: { name: "Disk full", "sev/erity": "high" },
      tags: { host: "a", port: 80, up: false, none: null, list: [1], team: "lost" },
      text: "it is full",
      since: "2026-03-02T11:59:00Z",
      until: null,
      link: "https://watch.example/77",
      state: "alarm",
    };
    expect(
      read(spec, { payload: { events: [event, { ...event, id: "x", state: "ok", since: 1_772_452_000 }] } }),
    ).toEqual({
      ok: true,
      value: {
        setAside: [],
        alerts: [
          {
            key: "hook/77",
            source: "hook",
            fingerprint: "77",
            labels: { alertname: "Disk full", team: "shop", severity: "high", host: "a", port: "80", up: "false" },
            annotations: { summary: "it is full" },
            startsAtMs: nowMs - 60_000,
            timesOut: false,
            status: "firing",
            generatorUrl: "https://watch.example/77",
          },
          expect.objectContaining({
            key: "hook/x",
            status: "resolved",
            startsAtMs: 1_772_452_000_000,
            endsAtMs: nowMs,
          }),
        ],
      },
    });
  });

  it("ends when it says so", () => {
    expect(read({ labels: { a: "=b" }, endsAt: "until" }, { until: "2026-03-02T11:00:00Z" })).toMatchObject({
      value: { alerts: [{ status: "resolved", startsAtMs: nowMs - 3_600_000, endsAtMs: nowMs - 3_600_000 }] },
    });
  });

  it("is one alert where no list is named, and needs little", () => {
    const taken = read({ labels: { name: "title" } }, { title: "Down" });
    expect(taken).toMatchObject({
      ok: true,
      value: { alerts: [{ labels: { name: "Down" }, startsAtMs: nowMs, status: "firing" }] },
    });
    expect(read({ labels: {}, labelsFrom: "tags" }, { tags: ["a"] })).toMatchObject({
      value: { setAside: [{ path: "0.labels" }] },
    });
    expect(read({ labels: {}, labelsFrom: "tags" }, { tags: null })).toMatchObject({
      value: { setAside: [{ path: "0.labels" }] },
    });
    expect(read({ labels: {}, labelsFrom: "tags" }, { tags: "a" })).toMatchObject({
      value: { setAside: [{ path: "0.labels" }] },
    });
  });

  it.each([
    [99_999_999_999, 99_999_999_999_000],
    [100_000_000_000, 100_000_000_000],
    ["1772452000000", 1_772_452_000_000],
    ["2026-03-02T13:00:00+01:00", nowMs],
    ["2026-03-02T13:00:00+0100", nowMs],
    ["", nowMs],
  ])("reads %j as an instant", (since, expected) => {
    expect(read({ labels: { a: "=b" }, startsAt: "since" }, { since })).toMatchObject({
      value: { alerts: [{ startsAtMs: expected }] },
    });
  });

  it("sets aside what it can not take, with its place, and takes the others", () => {
    const taken = read(
      { alerts: "/", labels: { a: "a" }, startsAt: "since" },
      { "": [{ a: "1" }, { a: "" }, { a: "2", since: "2026-03-02T13:00:00" }, 7] },
    );
    expect(taken.ok ? taken.value.setAside : []).toEqual([
      { path: "1.labels", message: "the alert has no label with a value; it needs at least one" },
      { path: "2.startsAt", message: "startsAt is no instant; give a date and a time with a zone" },
      {
        path: "3",
        message: "an alert is an object, and this is a number; send an object, or say where the alerts are",
      },
    ]);
    expect(taken.ok ? taken.value.alerts.map(({ labels }) => labels) : []).toEqual([{ a: "1" }]);
  });

  it.each([
    [7, "a number"],
    ["down", "a text"],
    [true, "a truth value"],
    [null, "null"],
    [[{ a: "1" }], "a list"],
  ])("takes no alert from %j, not even with labels that are always the same", (item, found) => {
    const message = `an alert is an object, and this is ${found}; send an object, or say where the alerts are`;
    const refused = { ok: true, value: { alerts: [], setAside: [{ path: "0", message }] } };
    expect(read({ alerts: "a", labels: { x: "=y" } }, { a: [item] })).toEqual(refused);
    expect(read({ labels: { x: "=y" } }, item)).toEqual(refused);
  });

  it.each([[{}], [{ state: null }], [{ state: "" }], [{ state: {} }], [{ state: ["OK"] }]])(
    "takes no alert from %j, which does not say what its mapping asks, whether it fires",
    (item) => {
      const asks: WebhookMappingSpec = { labels: { x: "=y" }, status: { at: "state", resolved: ["OK"] } };
      expect(read(asks, item)).toEqual({
        ok: true,
        value: {
          alerts: [],
          setAside: [
            {
              path: "0.status",
              message: 'there is no word at "state" that says whether the alert fires; send one, or map none',
            },
          ],
        },
      });
    },
  );

  it("takes any other word, number or truth for one that says that it fires", () => {
    const asks: WebhookMappingSpec = { labels: { x: "=y" }, status: { at: "state", resolved: ["0"] } };
    const standing = (state: Json) => {
      const taken = read(asks, { state });
      return taken.ok ? taken.value.alerts.map(({ status }) => status) : [];
    };
    expect([standing("x"), standing(1), standing(0), standing(false)]).toEqual([
      ["firing"],
      ["firing"],
      ["resolved"],
      ["firing"],
    ]);
  });

  it("is refused as a whole where its list is not there, or too long", () => {
    expect(read(spec, { payload: {} })).toEqual({
      ok: false,
      error: { code: "not-mapped", message: 'there is no list at "payload.events" in the body' },
    });
    const many = (count: number) =>
      read({ alerts: "a", labels: { x: "=y" } }, { a: Array.from({ length: count }, () => null) });
    expect(many(10_000).ok).toBe(true);
    expect(many(10_001)).toEqual({
      ok: false,
      error: { code: "too-many-alerts", message: "found 10001 alerts in one body; 10000 are the most" },
    });
  });

  it("tells all that is wrong with a mapping", () => {
    const mapping = webhookMapping({
      labels: {},
      alerts: "a..b",
      annotations: { x: "/~2" },
      status: { at: "", resolved: [] },
    });
    expect(mapping.ok ? [] : mapping.error.map(({ path }) => path)).toEqual([
      "alerts",
      "annotations.x",
      "status.at",
      "labels",
    ]);
    expect(mapping.ok ? "" : mapping.error[0]?.message).toBe(
      '"a..b" is no way to a value; write names with dots between, such as alert.tags.0, or a JSON pointer, such as /alert/tags/0',
    );
    expect(webhookMapping({ labels: { a: "=" } }).ok).toBe(true);
  });
});

describe("the way to a value", () => {
  const at = (body: Json, text: string) => {
    const path = parseValuePath(text);
    return path.ok ? valueAt(body, path.value) : path.error.message;
  };
  it.each([
    [{ a: { b: [1, 2] } }, "a.b.1", 2],
    [{ "a.b": { "c/d~": 3 } }, "/a.b/c~1d~0", 3],
    [{ "~1": 4 }, "/~01", 4],
    [{ a: null }, "a.b", undefined],
    [{ a: "text" }, "a.length", undefined],
    [{ a: [1] }, "a.length", undefined],
    [{ length: 5 }, "length", 5],
    [{ a: {} }, "a.constructor", undefined],
    [{ a: {} }, "__proto__.a", undefined],
    [{ a: 1 }, "a.b", undefined],
  ])("in %j, %s", (body, path, expected) => {
    expect(at(body, path)).toEqual(expected);
  });
});
