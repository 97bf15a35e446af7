import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMetric } from "../testing/read-metric.js";
import { DURATION_BUCKETS, labelText, RequestMetrics } from "./request-metrics.js";

const LABELS = { service: "payments", tier: "instance", process: "payments-1" };
const create = (): RequestMetrics => new RequestMetrics({ prefix: "http", labels: LABELS, routes: ["/payments"] });

describe("the metrics page", () => {
  it("has every known route at zero before the first request", () => {
    const page = create().render();
    expect(page).toContain(
      'http_requests_total{service="payments",tier="instance",process="payments-1",route="/payments",code="200",code_class="2xx"} 0\n',
    );
    expect(page).toContain(
      'http_request_duration_seconds_bucket{service="payments",tier="instance",process="payments-1",route="/payments",le="+Inf"} 0\n',
    );
    expect(page).toMatch(/^process_start_time_seconds\{.*\} \d+\.\d+$/m);
  });

  it("counts by code, with the class beside it", () => {
    const metrics = create();
    for (const code of [200, 500, 500, 404, "none"] as const) metrics.record({ route: "/payments", code, seconds: 0 });
    const page = metrics.render();
    expect(readMetric(page, "http_requests_total", { code: "500", code_class: "5xx" })).toBe(2);
    expect(readMetric(page, "http_requests_total", { code: "404", code_class: "4xx" })).toBe(1);
    expect(readMetric(page, "http_requests_total", { code: "none", code_class: "none" })).toBe(1);
    expect(readMetric(page, "http_requests_total", {})).toBe(5);
  });

  it("has cumulative buckets that equal a count by brute force", () => {
    const seconds = fc.oneof(fc.constantFrom(...DURATION_BUCKETS), fc.double({ min: 0, max: 20, noNaN: true }));
    fc.assert(
      fc.property(fc.array(seconds, { maxLength: 50 }), (durations) => {
        const metrics = create();
        for (const one of durations) metrics.record({ route: "/payments", code: 200, seconds: one });
        const page = metrics.render();
        for (const bound of DURATION_BUCKETS) {
          const expected = durations.filter((one) => one <= bound).length;
          expect(readMetric(page, "http_request_duration_seconds_bucket", { le: String(bound) })).toBe(expected);
        }
        expect(readMetric(page, "http_request_duration_seconds_count", {})).toBe(durations.length);
      }),
    );
  });

  it("escapes label values as the format wants", () => {
    expect(labelText({ a: 'x"\\\n' })).toBe('a="x\\"\\\\\\n"');
  });
});
