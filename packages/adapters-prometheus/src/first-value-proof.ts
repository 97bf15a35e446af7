import type { ServerSeries } from "./prometheus-api.js";
import { seriesIdentity } from "./raw-counter.js";
import { promqlSelector, rawSeries, type RawSelector, type RawTask } from "./raw-task.js";

const COUNTER_PARTS = /_(?:total|bucket|count|sum)$/;
const NAMED_INSTANCES = 50; // more would make a query too long

/**
 * Finds the series that provably began after everything that was read before, so that their first value is all
 * increase. Proof is a created timestamp, or a scrape of the same target that succeeded before and did not show them.
 */
export async function proveFirstValues(
  task: RawTask,
  selector: RawSelector,
  series: readonly ServerSeries[],
): Promise<ReadonlySet<ServerSeries>> {
  const proven = await provenByCreated(task, selector, series);
  const rest = series.filter((one) => !proven.has(one));
  const absent = rest.length === 0 ? new Set<ServerSeries>() : await provenByAbsence(task, rest);
  return new Set([...proven, ...absent]);
}

async function provenByCreated(
  task: RawTask,
  selector: RawSelector,
  series: readonly ServerSeries[],
): Promise<ReadonlySet<ServerSeries>> {
  const name = `${selector.name.replace(COUNTER_PARTS, "")}_created`;
  const matchers = selector.matchers.filter(({ label }) => label !== "le");
  const answer = await rawSeries(task, promqlSelector(name, matchers), task.request.cancel);
  if (!answer.ok) return new Set();
  const created = new Map(
    answer.value.map(({ labels, points }) => [seriesIdentity(labels), (points[0]?.[1] ?? Number.NaN) * 1_000]),
  );
  const sinceMs = task.interval.fromMs - task.lookbackMs;
  return new Set(series.filter(({ labels }) => (created.get(seriesIdentity(labels, "le")) ?? -Infinity) >= sinceMs));
}

async function provenByAbsence(task: RawTask, series: readonly ServerSeries[]): Promise<ReadonlySet<ServerSeries>> {
  const instances = [...new Set(series.map(({ labels }) => labels["instance"]))].filter(
    (instance) => instance !== undefined,
  );
  if (instances.length === 0) return new Set();
  const pattern = instances.map((instance) => instance.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const selector = instances.length > NAMED_INSTANCES ? "up" : `up{instance=~${JSON.stringify(pattern)}}`;
  const answer = await rawSeries(task, selector, task.request.cancel);
  if (!answer.ok) return new Set();
  const firstUpMs = new Map(
    answer.value.map(({ labels, points }) => [
      targetOf(labels),
      points.find(([, value]) => value === 1)?.[0] ?? Infinity,
    ]),
  );
  return new Set(
    series.filter(
      ({ labels, points }) => (firstUpMs.get(targetOf(labels)) ?? Infinity) < (points[0]?.[0] ?? -Infinity),
    ),
  );
}

function targetOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([labels["job"], labels["instance"]]);
}
