import { labelText } from "../http/request-metrics.js";

/** Sums the series of a metric that have all the given labels, read from a page in Prometheus' text format. */
export function readMetric(page: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => labelText({ [label]: value }));
  return page
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
