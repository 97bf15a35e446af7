import { BENCH_TARGET, trueBurnRate } from "./counted-fleet.js";

/** How far burn rates lie apart, as the largest relative difference found, in per cent. */
export type Agreement = {
  readonly windows: readonly string[];
  readonly compared: number;
  readonly fiveMinutesPercent: number;
  readonly allWindowsPercent: number;
  /** The service against what the counters were made to show. */
  readonly truthPercent: number;
};

type SloBody = {
  readonly id: string;
  readonly rules: readonly { readonly long: WindowBody; readonly short: WindowBody }[];
};
type WindowBody = { readonly lengthMs: number; readonly burnRate?: number };

const WINDOWS: ReadonlyMap<number, string> = new Map(
  Object.entries({ "5m": 5, "30m": 30, "1h": 60, "2h": 120, "6h": 360, "1d": 1_440, "3d": 4_320 }).map(
    ([text, minutes]) => [minutes * 60_000, text],
  ),
);

/** Compares every window's burn rate of every SLO between a service and, where there is one, a Prometheus. */
export async function compareBurnRates(serviceUrl: string, prometheusUrl: string | undefined): Promise<Agreement> {
  const { slos } = (await readJson(`${serviceUrl}/api/v1/slos`)) as { readonly slos: readonly SloBody[] };
  const recorded = prometheusUrl === undefined ? new Map<string, number>() : await recordedRatios(prometheusUrl);
  const seen = new Set<string>();
  const worst = { compared: 0, five: 0, all: 0, truth: 0 };
  for (const { id, rules } of slos) {
    for (const { lengthMs, burnRate } of rules.flatMap(({ long, short }) => [long, short])) {
      const window = WINDOWS.get(lengthMs);
      if (window === undefined || burnRate === undefined) continue;
      worst.truth = Math.max(worst.truth, apartPercent(burnRate, trueBurnRate(Number(id.slice("slo-".length)))));
      const ratio = recorded.get(`${id} ${window}`);
      if (ratio === undefined) continue;
      const apart = apartPercent(burnRate, ratio / (1 - BENCH_TARGET));
      seen.add(window);
      worst.compared += 1;
      worst.all = Math.max(worst.all, apart);
      if (window === "5m") worst.five = Math.max(worst.five, apart);
    }
  }
  return {
    windows: [...WINDOWS.values()].filter((window) => seen.has(window)),
    compared: worst.compared,
    fiveMinutesPercent: worst.five,
    allWindowsPercent: worst.all,
    truthPercent: worst.truth,
  };
}

/** The sum of all series of one name on a metrics page. */
export async function metricSum(baseUrl: string, name: string): Promise<number> {
  const response = await fetch(`${baseUrl}/metrics`);
  const lines = (await response.text())
    .split("\n")
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  if (lines.length === 0) throw new Error(`${baseUrl}/metrics shows no ${name}`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

async function recordedRatios(prometheusUrl: string): Promise<ReadonlyMap<string, number>> {
  const query = encodeURIComponent('{__name__=~"slo:error_ratio:rate.*"}');
  const { data } = (await readJson(`${prometheusUrl}/api/v1/query?query=${query}`)) as {
    readonly data: {
      readonly result: readonly {
        readonly metric: Readonly<Record<string, string>>;
        readonly value: readonly [number, string];
      }[];
    };
  };
  return new Map(data.result.map(({ metric, value }) => [`${metric["slo"]} ${metric["window"]}`, Number(value[1])]));
}

function apartPercent(value: number, reference: number): number {
  return reference === 0 ? (value === 0 ? 0 : Infinity) : Math.abs(value / reference - 1) * 100;
}

async function readJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
