/** Upper bounds in seconds; the usual ones, plus 0.3 s because people promise it. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 1, 2.5, 5, 10] as const;

/** What is counted of one request. */
export type RequestRecord = {
  readonly route: string;
  /** The HTTP status, or `none` where no answer came. */
  readonly code: number | "none";
  readonly seconds: number;
};

type Histogram = { readonly counts: number[]; sum: number; count: number };

/** Counts one process's requests and prints them in Prometheus' text format. */
export class RequestMetrics {
  readonly #prefix: string;
  readonly #labels: string;
  readonly #requests = new Map<string, { readonly route: string; readonly code: string; value: number }>();
  readonly #durations = new Map<string, Histogram>();

  /** Starts every known route at zero, so that the first page already has the series. */
  constructor(options: {
    readonly prefix: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly routes: readonly string[];
  }) {
    this.#prefix = options.prefix;
    this.#labels = labelText(options.labels);
    for (const route of options.routes) {
      this.#counter(route, "200");
      this.#histogram(route);
    }
  }

  record(request: RequestRecord): void {
    this.#counter(request.route, String(request.code)).value += 1;
    const histogram = this.#histogram(request.route);
    histogram.sum += request.seconds;
    histogram.count += 1;
    const index = DURATION_BUCKETS.findIndex((bound) => request.seconds <= bound);
    if (index !== -1) histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
  }

  render(): string {
    const counter = `${this.#prefix}_requests_total`;
    const duration = `${this.#prefix}_request_duration_seconds`;
    const lines = [`# HELP ${counter} Requests answered, by route and status code.`, `# TYPE ${counter} counter`];
    for (const { route, code, value } of this.#requests.values()) {
      const labels = labelText({ route, code, code_class: codeClass(code) });
      lines.push(`${counter}{${this.#labels},${labels}} ${value}`);
    }
    lines.push(`# HELP ${duration} Time from the request to the end of the answer.`, `# TYPE ${duration} histogram`);
    for (const [route, histogram] of this.#durations) {
      const labels = `${this.#labels},${labelText({ route })}`;
      let cumulative = 0;
      DURATION_BUCKETS.forEach((bound, index) => {
        cumulative += histogram.counts[index] ?? 0;
        lines.push(`${duration}_bucket{${labels},le="${bound}"} ${cumulative}`);
      });
      lines.push(
        `${duration}_bucket{${labels},le="+Inf"} ${histogram.count}`,
        `${duration}_sum{${labels}} ${histogram.sum}`,
        `${duration}_count{${labels}} ${histogram.count}`,
      );
    }
    return `${lines.join("\n")}\n${this.#renderProcess()}`;
  }

  #renderProcess(): string {
    const started = Date.now() / 1_000 - process.uptime();
    const cpu = process.cpuUsage();
    return [
      "# HELP process_start_time_seconds Start of this process, in seconds since 1970.",
      "# TYPE process_start_time_seconds gauge",
      `process_start_time_seconds{${this.#labels}} ${started.toFixed(3)}`,
      "# HELP process_cpu_seconds_total User and system CPU time spent.",
      "# TYPE process_cpu_seconds_total counter",
      `process_cpu_seconds_total{${this.#labels}} ${(cpu.user + cpu.system) / 1e6}`,
      "# HELP process_resident_memory_bytes Resident memory.",
      "# TYPE process_resident_memory_bytes gauge",
      `process_resident_memory_bytes{${this.#labels}} ${process.memoryUsage.rss()}`,
      "",
    ].join("\n");
  }

  #counter(route: string, code: string): { value: number } {
    const key = `${route} ${code}`;
    const known = this.#requests.get(key);
    if (known !== undefined) return known;
    const made = { route, code, value: 0 };
    this.#requests.set(key, made);
    return made;
  }

  #histogram(route: string): Histogram {
    const known = this.#durations.get(route);
    if (known !== undefined) return known;
    const made: Histogram = { counts: DURATION_BUCKETS.map(() => 0), sum: 0, count: 0 };
    this.#durations.set(route, made);
    return made;
  }
}

/** Writes labels as the text format wants them, without the braces. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`)
    .join(",");
}

function codeClass(code: string): string {
  return code === "none" ? "none" : `${code.slice(0, 1)}xx`;
}
