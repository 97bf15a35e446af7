import { labelFingerprint } from "@plimsoll/core";
import { describe, expect, it } from "vitest";

import { MOST_ALERTS, readAlertmanagerWebhook, readPostedAlerts, RESOLVE_TIMEOUT_MS } from "./read-alertmanager.js";

const nowMs = Date.parse("2026-03-02T12:00:00Z");
const context = { source: "prom", nowMs };
const down = { alertname: "Down", job: "web" };

describe("alerts that are posted as to an Alertmanager", () => {
  it("are read as Prometheus sends them", () => {
    const read = readPostedAlerts(
      [
        {
          labels: down,
          annotations: { summary: "web is down" },
          startsAt: "2026-03-02T11:59:00.123456789Z",
          endsAt: "2026-03-02T13:04:00+01:00",
          generatorURL: "http://prom:9090/graph?g0.expr=up",
        },
      ],
      context,
    );
    expect(read).toEqual({
      ok: true,
      value: {
        setAside: [],
        alerts: [
          {
            key: `prom/${labelFingerprint(down)}`,
            source: "prom",
            fingerprint: labelFingerprint(down),
            labels: down,
            annotations: { summary: "web is down" },
            startsAtMs: nowMs - 59_877,
            endsAtMs: nowMs + 240_000,
            timesOut: false,
            status: "firing",
            generatorUrl: "http://prom:9090/graph?g0.expr=up",
          },
        ],
      },
    });
  });

  it("time out where no end is given", () => {
    const ends = (alert: object, resolveTimeoutMs?: number) => {
      const read = readPostedAlerts([alert], {
        ...context,
        ...(resolveTimeoutMs === undefined ? {} : { resolveTimeoutMs }),
      });
      return read.ok
        ? read.value.alerts.map(({ endsAtMs, timesOut }) => [(endsAtMs ?? 0) - nowMs, timesOut])
        : read.error;
    };
    expect(ends({ labels: down })).toEqual([[RESOLVE_TIMEOUT_MS, true]]);
    expect(ends({ labels: down, endsAt: "0001-01-01T00:00:00Z" }, 1_000)).toEqual([[1_000, true]]);
    expect(ends({ labels: down, endsAt: "" }, 1_000)).toEqual([[1_000, true]]);
    expect(ends({ labels: down, startsAt: "2026-03-02T11:00:00Z", endsAt: "2026-03-02T11:30:00Z" })).toEqual([
      [-1_800_000, false],
    ]);
  });

  it("are set aside one by one, with their place, and the others are taken", () => {
    const read = readPostedAlerts(
      [
        { labels: down },
        { labels: { job: 7 } },
        { labels: {} },
        "alert",
        { labels: down, startsAt: "yesterday" },
        { labels: down, startsAt: "2026-13-02T12:00:00Z" },
        { labels: down, startsAt: "2026-03-02T12:00:00Z", endsAt: "2026-03-02T11:00:00Z" },
        { labels: { ...down, x: "y" } },
      ],
      context,
    );
    expect(read.ok ? read.value.alerts.map(({ labels }) => labels) : []).toEqual([down, { ...down, x: "y" }]);
    expect(read.ok ? read.value.setAside : []).toEqual([
      { path: "1.labels.job", message: "Invalid input: expected string, received number" },
      { path: "2.labels", message: "the alert has no label with a value; it needs at least one" },
      { path: "3", message: "Invalid input: expected object, received string" },
      { path: "4.startsAt", message: "expected a date and a time with a zone, as in RFC 3339" },
      { path: "5.startsAt", message: "expected a date and a time with a zone, as in RFC 3339" },
      {
        path: "6.endsAt",
        message:
          "endsAt 2026-03-02T11:00:00.000Z is before startsAt 2026-03-02T12:00:00.000Z; give an end that is not earlier, or none",
      },
    ]);
  });

  it.each([
    [{}, "expected a list of alerts, found an object"],
    [null, "expected a list of alerts, found null"],
    ["x", "expected a list of alerts, found a string"],
  ])("are refused when they are no list: %j", (body, message) => {
    expect(readPostedAlerts(body, context)).toEqual({ ok: false, error: { code: "not-alertmanager", message } });
  });

  it("are bounded", () => {
    const many = (count: number) =>
      readPostedAlerts(
        Array.from({ length: count }, () => 0),
        context,
      );
    expect(many(MOST_ALERTS).ok).toBe(true);
    expect(many(MOST_ALERTS + 1)).toEqual({
      ok: false,
      error: { code: "too-many-alerts", message: "found 10001 alerts in one body; 10000 are the most" },
    });
  });
});

describe("Alertmanager's webhook", () => {
  const body = {
    version: "4",
    groupKey: '{}:{alertname="Down"}',
    truncatedAlerts: 2,
    status: "firing",
    receiver: "plimsoll",
    groupLabels: { alertname: "Down" },
    commonLabels: down,
    commonAnnotations: {},
    externalURL: "http://alertmanager:9093",
    alerts: [
      {
        status: "firing",
        labels: down,
        annotations: {},
        startsAt: "2026-03-02T11:59:00Z",
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "http://prom:9090/graph",
        fingerprint: "0000000000000000",
      },
      {
        status: "resolved",
        labels: { alertname: "Gone" },
        annotations: {},
        startsAt: "2026-03-02T11:00:00Z",
        endsAt: "2026-03-02T11:30:00Z",
        generatorURL: "",
        fingerprint: "1",
      },
      { labels: down },
    ],
  };

  it("is read: what fires has no end, and the name of an alert is made from its labels", () => {
    const read = readAlertmanagerWebhook(body, context);
    expect(read).toMatchObject({
      ok: true,
      value: {
        truncatedAlerts: 2,
        alerts: [
          { key: `prom/${labelFingerprint(down)}`, status: "firing", timesOut: false, startsAtMs: nowMs - 60_000 },
          { status: "resolved", endsAtMs: nowMs - 1_800_000 },
        ],
        setAside: [{ path: "alerts.2.status", message: 'Invalid option: expected one of "firing"|"resolved"' }],
      },
    });
    expect(read.ok ? read.value.alerts[0] : {}).not.toHaveProperty("endsAtMs");
  });

  it("holds all of its group where it does not say otherwise", () => {
    const { truncatedAlerts: _, ...whole } = body;
    expect(readAlertmanagerWebhook(whole, context)).toMatchObject({ ok: true, value: { truncatedAlerts: 0 } });
  });

  it("is refused in another version, by name", () => {
    const read = readAlertmanagerWebhook({ ...body, version: "3" }, context);
    expect(read).toMatchObject({ ok: false, error: { code: "not-alertmanager" } });
    expect(read.ok ? "" : read.error.message).toContain("→ at version");
    expect(
      readAlertmanagerWebhook({ ...body, alerts: Array.from({ length: MOST_ALERTS + 1 }, () => 0) }, context),
    ).toMatchObject({
      error: { code: "too-many-alerts" },
    });
  });
});
