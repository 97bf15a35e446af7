import { BENCH_METRIC, BENCH_TARGET, sloNumbers } from "./counted-fleet.js";

/** How many rules Prometheus evaluates for one SLO: eight windows, seven about the SLO itself, two alerts. */
export const RULES_PER_SLO = 17;

const RAW_WINDOWS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];
const BUDGET = `(1-${BENCH_TARGET})`;

/** The rules that users of Prometheus run today for SLOs, in three groups per SLO as rule generators write them. */
export function prometheusRules(slos: number): string {
  return ["groups:", ...sloNumbers(slos).flatMap(groupsOf), ""].join("\n");
}

/** The labels by which an SLO's recorded series are found again. */
export function sloLabels(slo: number): string {
  return `slo="slo-${slo}", slo_service="service-${slo}"`;
}

function groupsOf(slo: number): readonly string[] {
  return [
    `- name: error-ratios-${slo}`,
    "  rules:",
    ...RAW_WINDOWS.flatMap((window) =>
      recording(slo, `slo:error_ratio:rate${window}`, errorRatio(slo, window), window),
    ),
    ...recording(slo, "slo:error_ratio:rate30d", monthFromFiveMinutes(slo), "30d"),
    `- name: about-${slo}`,
    "  rules:",
    ...recording(slo, "slo:objective:ratio", `vector(${BENCH_TARGET})`),
    ...recording(slo, "slo:budget:ratio", `vector${BUDGET}`),
    ...recording(slo, "slo:period:days", "vector(30)"),
    ...recording(slo, "slo:burn_rate:current", overBudget(slo, "5m")),
    ...recording(slo, "slo:burn_rate:period", overBudget(slo, "30d")),
    ...recording(slo, "slo:budget_remaining:ratio", `1 - slo:burn_rate:period{${sloLabels(slo)}}`),
    ...recording(slo, "slo:info", "vector(1)"),
    `- name: alerts-${slo}`,
    "  rules:",
    ...alert(slo, "page", [
      ["5m", "1h", 14.4],
      ["30m", "6h", 6],
    ]),
    ...alert(slo, "ticket", [
      ["2h", "1d", 3],
      ["6h", "3d", 1],
    ]),
  ];
}

function errorRatio(slo: number, window: string): string {
  const rate = (matchers: string): string => `(sum(rate(${BENCH_METRIC}{${matchers}}[${window}])))`;
  return `${rate(`service="s${slo}",code="500"`)} / ${rate(`service="s${slo}"`)}`;
}

// Thirty days of raw counters would be too many samples to read twice a minute, so the month is made from the recording.
function monthFromFiveMinutes(slo: number): string {
  const series = `slo:error_ratio:rate5m{${sloLabels(slo)}}[30d]`;
  return `sum_over_time(${series}) / ignoring (window) count_over_time(${series})`;
}

function overBudget(slo: number, window: string): string {
  const labels = sloLabels(slo);
  return `slo:error_ratio:rate${window}{${labels}} / on(slo, slo_service) group_left slo:budget:ratio{${labels}}`;
}

type WindowPair = readonly [short: string, long: string, factor: number];

function alert(slo: number, severity: string, pairs: readonly WindowPair[]): readonly string[] {
  const over = (window: string, factor: number): string =>
    `max(slo:error_ratio:rate${window}{${sloLabels(slo)}} > (${factor} * ${BUDGET})) without (window)`;
  const expression = pairs
    .map(([short, long, factor]) => `(${over(short, factor)} and ${over(long, factor)})`)
    .join(" or ");
  return [
    "  - alert: ErrorBudgetBurn",
    `    expr: ${JSON.stringify(expression)}`,
    `    labels: { severity: ${severity}, slo: slo-${slo} }`,
    `    annotations: { title: "(${severity}) {{$labels.slo_service}} {{$labels.slo}} burns its error budget too fast." }`,
  ];
}

function recording(slo: number, name: string, expression: string, window?: string): readonly string[] {
  const windowLabel = window === undefined ? "" : `, window: ${window}`;
  return [
    `  - record: ${name}`,
    `    expr: ${JSON.stringify(expression)}`,
    `    labels: { slo: slo-${slo}, slo_service: service-${slo}, team: bench, tier: "2"${windowLabel} }`,
  ];
}

/** A configuration that scrapes the counters page every 15 s and evaluates every 30 s. */
export function prometheusConfig(options: {
  readonly pageUrl: string;
  readonly slos: number;
  readonly hasRules: boolean;
}): string {
  const { host, pathname } = new URL(options.pageUrl);
  return `global: { scrape_interval: 15s, evaluation_interval: 30s }
${options.hasRules ? "rule_files: [rules.yml]" : ""}
scrape_configs:
  - job_name: bench
    metrics_path: ${pathname}
    params: { slos: ["${options.slos}"] }
    static_configs: [ { targets: ["${host}"] } ]
`;
}
