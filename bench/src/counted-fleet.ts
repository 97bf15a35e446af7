/** The counter that every SLO of the benchmarks is measured by. */
export const BENCH_METRIC = "bench_requests_total";

/** The target of every SLO of the benchmarks. */
export const BENCH_TARGET = 0.999;

const EVENTS_PER_SECOND = 10_000;
// One in so many burns at twenty times its budget and pages; the others spend a tenth to nine tenths of it.
const BURNING_EVERY = 25;

/** 0 up to `count`. */
export function sloNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** What one SLO's counters grow by each second. */
export function eventsPerSecond(slo: number): { readonly good: number; readonly bad: number } {
  const bad = slo % BURNING_EVERY === BURNING_EVERY - 1 ? 200 : 1 + (slo % 9);
  return { good: EVENTS_PER_SECOND - bad, bad };
}

// Before any history that a benchmark makes up, so that counters only ever grow.
const COUNTING_SINCE_S = 1_700_000_000;

/** What one SLO's counters show at a second, whoever asks: they grow by the same whole number each second. */
export function countersAt(slo: number, second: number): { readonly good: number; readonly bad: number } {
  const { good, bad } = eventsPerSecond(slo);
  const seconds = second - COUNTING_SINCE_S;
  return { good: good * seconds, bad: bad * seconds };
}

/** The burn rate that every window of an SLO must show. */
export function trueBurnRate(slo: number): number {
  return eventsPerSecond(slo).bad / EVENTS_PER_SECOND / (1 - BENCH_TARGET);
}

/** A configuration of the service for so many SLOs on one counters page. */
export function fleetConfig(options: {
  readonly slos: number;
  readonly services: number;
  readonly pageUrl: string;
  readonly storageFolder: string;
}): string {
  const { slos, services, pageUrl, storageFolder } = options;
  const serviceLines = sloNumbers(services).map((service) => `  service-${service}: { tier: 2 }`);
  const sloLines = sloNumbers(slos).map(
    (slo) =>
      `  slo-${slo}: { service: service-${slo % services}, target: 99.9%, window: 30d, sli: { kind: events, source: page, ` +
      `query: { bad: '${BENCH_METRIC}{service="s${slo}",code="500"}', total: '${BENCH_METRIC}{service="s${slo}"}' } } }`,
  );
  return [
    "version: 1",
    `storage: ${JSON.stringify(storageFolder)}`,
    "http: { port: 0 }",
    `sources: { page: { type: scrape, targets: [${JSON.stringify(`${pageUrl}?slos=${slos}`)}] } }`,
    "services:",
    ...serviceLines,
    "slos:",
    ...sloLines,
    "",
  ].join("\n");
}
