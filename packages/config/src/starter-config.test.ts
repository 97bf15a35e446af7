import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import { starterConfig, type StarterAnswers } from "./starter-config.js";
import { parseText } from "./testing/sample-registry.js";

const answers: StarterAnswers = {
  service: "payments",
  target: "99.9%",
  window: "30d",
  source: { name: "main", type: "prometheus", settings: { url: "http://127.0.0.1:9090" } },
  sli: { kind: "events", query: { good: 'sum(http_requests_total{code!~"5.."})', total: "sum(http_requests_total)" } },
  preset: "google",
};

function problems(given: StarterAnswers): string {
  const parsed = parseText(starterConfig(given));
  return parsed.ok ? "" : formatIssues(parsed.error, { color: false });
}

it("writes a commented file that validates", () => {
  expect(problems(answers)).toBe("");
  expect(starterConfig(answers)).toMatch(/^# yaml-language-server/);
});

it("writes a part on on-call that validates once it is no note any more", () => {
  const notifier = { name: "oncall", type: "slack", settings: { webhookUrl: "${env:SLACK_WEBHOOK_URL}" } };
  for (const given of [answers, { ...answers, notifier }]) {
    const text = starterConfig(given);
    const from = text.indexOf("# people:");
    const to = text.indexOf("# Maintenance");
    const parsed = parseText(`${text.slice(0, from)}${text.slice(from, to).replace(/^# /gm, "")}${text.slice(to)}`);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        onCall: {
          people: [{ id: "you", contacts: [{ notifier: given.notifier === undefined ? "console" : "oncall" }] }],
          schedules: [{ id: "primary" }],
          policies: [{ id: "standard" }],
          defaultPolicy: "standard",
        },
      },
    });
  }
});

it("writes what was answered", () => {
  const parsed = parseText(
    starterConfig({
      ...answers,
      preset: "homelab",
      sli: { kind: "latency", query: { histogram: "h" }, threshold: "300ms" },
      notifier: { name: "oncall", type: "slack", settings: { webhookUrl: "${env:SLACK_WEBHOOK_URL}" } },
    }),
  );
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      slos: [
        {
          id: "payments-availability",
          target: 0.999,
          sli: { kind: "latency", thresholdMs: 300 },
          alerting: { rules: [{ id: "fast" }, { id: "medium" }, { id: "slow" }] },
        },
      ],
      notify: { pages: ["oncall"], tickets: ["console"], incidents: ["oncall"] },
    },
  });
});

const oddName = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,10}[A-Za-z0-9])?$/);
test.prop({
  service: fc.oneof(oddName, fc.constantFrom("true", "null", "1", "1e3", "0x10", "no")),
  good: fc.string({ unit: "grapheme" }),
})("validates whatever names and queries there are", ({ service, good }) => {
  expect(problems({ ...answers, service, sli: { kind: "events", query: { good, total: "t" } } })).toBe("");
});
