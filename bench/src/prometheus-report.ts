import { row, type BenchResult, type BenchRow } from "./bench-result.js";
import type { Agreement } from "./burn-rate-agreement.js";
import { RULES_PER_SLO } from "./prometheus-rules.js";

const AIMS = { cpu: 1 / 100, memory: 1 / 10, evaluation: 1 / 10_000, agreementPercent: 0.1 } as const;
const MEBIBYTE = 1_048_576;

/** The processes that run side by side; `small` ones have one SLO and show what a process costs before any SLO. */
export type ProcessName =
  | "service"
  | "smallService"
  | "largeService"
  | "full"
  | "withoutRules"
  | "small"
  | "withHistory";
/** Processor time per round of 30 s, and resident memory at the end. */
export type Cost = { readonly cpuMs: number; readonly residentBytes: number };
export type Costs = Readonly<Partial<Record<ProcessName, Cost>>>;

/** Everything that one run of the benchmark found. */
export type PrometheusFindings = {
  readonly slos: number;
  /** How many the large service has: growth of memory shows only over many. */
  readonly manySlos: number;
  readonly slosWithHistory: number;
  readonly costs: Costs;
  /** The service's own word for all its rounds in 30 s: evaluation, alerts and what follows them; wall clock. */
  readonly roundMs: number;
  /** The evaluator alone, in process, for all SLOs and all rounds in 30 s. */
  readonly evaluationMs: number;
  readonly agreement: Agreement;
  readonly load: string;
  /** Why there was no Prometheus, or none with a history. */
  readonly missing: string | undefined;
};

/** Puts findings into rows: the service, Prometheus, and the one over the other. */
export function prometheusReport(findings: PrometheusFindings): BenchResult {
  const { slos, costs, agreement, load, missing } = findings;
  const rows = [
    ...serviceRows(findings),
    ...(costs.full === undefined ? [] : prometheusRows(findings)),
    ...ratioRows(findings),
    row(
      "burn rates apart from what the counters were made to show, largest",
      agreement.truthPercent,
      "%",
      AIMS.agreementPercent,
    ),
    ...(agreement.compared === 0
      ? []
      : [
          row(
            "burn rates apart from Prometheus, 5 m, largest",
            agreement.fiveMinutesPercent,
            "%",
            AIMS.agreementPercent,
          ),
          row(
            `burn rates apart from Prometheus, ${agreement.windows.join(" ")}, largest`,
            agreement.allWindowsPercent,
            "%",
            AIMS.agreementPercent,
          ),
        ]),
  ];
  return {
    name: "prometheus",
    rows,
    notes: [
      `${slos} SLOs of two counters each, scraped every 15 s by both; Prometheus evaluates ${RULES_PER_SLO} rules per SLO every 30 s, the service four rules (eight windows) every 15 s, stored on the embedded database`,
      "processor time is user and system time of the whole process from /proc over the same wall clock; per SLO and 30 s",
      `"young" is a Prometheus that was just started, so that its windows are nearly empty; "with a month" has the past that its rules read (three days of counters, thirty of the recording), for ${findings.slosWithHistory} SLOs`,
      `growth per SLO is against the same program with one SLO; the service's is measured with ${findings.manySlos} SLOs, as with few the collector's slack is larger`,
      `${agreement.compared} burn rates compared with Prometheus`,
      `load of the machine at the end: ${load}`,
      ...(missing === undefined ? [] : [`not measured: ${missing}`]),
    ],
  };
}

type PerSlo = { readonly cpuMs: number; readonly growthBytes: number; readonly rulesMs: number };

function serviceRows({ slos, manySlos, costs, evaluationMs, roundMs }: PrometheusFindings): readonly BenchRow[] {
  const { service, smallService, largeService } = costs;
  if (service === undefined || smallService === undefined || largeService === undefined) return [];
  return [
    row("service: processor time per SLO", service.cpuMs / slos, "ms/30s"),
    row(`service: processor time per SLO, ${manySlos} SLOs`, largeService.cpuMs / manySlos, "ms/30s"),
    row("service: processor time with one SLO", smallService.cpuMs, "ms/30s"),
    row("service: resident memory", service.residentBytes / MEBIBYTE, "MiB"),
    row("service: resident memory with one SLO", smallService.residentBytes / MEBIBYTE, "MiB"),
    row(`service: resident memory, ${manySlos} SLOs`, largeService.residentBytes / MEBIBYTE, "MiB"),
    row(
      `service: memory growth per SLO, ${manySlos} SLOs`,
      growth(largeService, smallService, manySlos) / 1_024,
      "KiB",
    ),
    row("service: rounds per SLO, wall clock, with alerts and incidents", (roundMs * 1_000) / slos, "us/30s"),
    row("service: evaluation alone per SLO", (evaluationMs * 1_000) / slos, "us/30s"),
  ];
}

function prometheusRows(findings: PrometheusFindings): readonly BenchRow[] {
  const { full, small } = findings.costs;
  const young = youngPerSlo(findings);
  const aged = agedPerSlo(findings);
  if (full === undefined || small === undefined || young === undefined) return [];
  return [
    row("Prometheus, young: processor time per SLO", young.cpuMs, "ms/30s"),
    row("Prometheus, young: rules alone per SLO", young.rulesMs, "ms/30s"),
    row("Prometheus with one SLO: processor time", small.cpuMs, "ms/30s"),
    row("Prometheus, young: resident memory", full.residentBytes / MEBIBYTE, "MiB"),
    row("Prometheus with one SLO: resident memory", small.residentBytes / MEBIBYTE, "MiB"),
    row("Prometheus, young: memory growth per SLO", young.growthBytes / 1_024, "KiB"),
    ...(aged === undefined
      ? []
      : [
          row("Prometheus with a month: processor time per SLO", aged.cpuMs, "ms/30s"),
          row("Prometheus with a month: rules alone per SLO", aged.rulesMs, "ms/30s"),
          row("Prometheus with a month: memory growth per SLO", aged.growthBytes / 1_024, "KiB"),
        ]),
  ];
}

function ratioRows(findings: PrometheusFindings): readonly BenchRow[] {
  const { slos, manySlos, costs, evaluationMs } = findings;
  const { service, smallService, largeService, full } = costs;
  if (service === undefined || smallService === undefined || largeService === undefined) return [];
  const growthBytes = growth(largeService, smallService, manySlos);
  const against = (name: string, other: PerSlo | undefined): readonly BenchRow[] =>
    other === undefined
      ? []
      : [
          row(
            `service over Prometheus ${name}: processor time per SLO, whole process`,
            service.cpuMs / slos / other.cpuMs,
            "ratio",
            AIMS.cpu,
          ),
          row(
            `service with ${manySlos} SLOs over Prometheus ${name}: the same`,
            largeService.cpuMs / manySlos / other.cpuMs,
            "ratio",
            AIMS.cpu,
          ),
          row(
            `service over Prometheus ${name}: memory growth per SLO`,
            growthBytes / other.growthBytes,
            "ratio",
            AIMS.memory,
          ),
          row(
            `service over Prometheus ${name}: evaluation alone`,
            evaluationMs / slos / other.rulesMs,
            "ratio",
            AIMS.evaluation,
          ),
        ];
  return [
    ...against("young", youngPerSlo(findings)),
    ...against("with a month", agedPerSlo(findings)),
    ...(full === undefined
      ? []
      : [
          row(
            "service over Prometheus young: resident memory",
            service.residentBytes / full.residentBytes,
            "ratio",
            AIMS.memory,
          ),
        ]),
  ];
}

function youngPerSlo({ slos, costs: { full, withoutRules, small } }: PrometheusFindings): PerSlo | undefined {
  if (full === undefined || withoutRules === undefined || small === undefined) return undefined;
  return {
    cpuMs: full.cpuMs / slos,
    growthBytes: growth(full, small, slos),
    rulesMs: (full.cpuMs - withoutRules.cpuMs) / slos,
  };
}

/** With few SLOs the process itself would weigh too much: each SLO's own share, and the process's over as many as the others have. */
function agedPerSlo({
  slos,
  slosWithHistory,
  costs: { withHistory, withoutRules, small },
}: PrometheusFindings): PerSlo | undefined {
  if (withHistory === undefined || withoutRules === undefined || small === undefined) return undefined;
  const ownMs = (withHistory.cpuMs - small.cpuMs) / (slosWithHistory - 1);
  const scrapeMs = Math.max(0, (withoutRules.cpuMs - small.cpuMs) / (slos - 1));
  return {
    cpuMs: ownMs + small.cpuMs / slos,
    growthBytes: growth(withHistory, small, slosWithHistory),
    rulesMs: ownMs - scrapeMs,
  };
}

function growth(many: Cost, one: Cost, slos: number): number {
  return (many.residentBytes - one.residentBytes) / (slos - 1);
}
