import type { SloStatus } from "../api/answers.js";
import { formatDuration } from "./duration.js";
import { formatTarget } from "./percent.js";

const DAY_MS = 86_400_000;

const GOOD_THINGS = {
  events: "of events good",
  latency: "of events fast enough",
  "time-slices": "of time good",
  probe: "of probes good",
  composite: "good, composed of other SLOs,",
} as const satisfies Record<SloStatus["kind"], string>;

/** Says what is promised: `99.9 % of events good over 30 days`. */
export function objectiveWords(slo: Pick<SloStatus, "target" | "kind" | "window">): string {
  return `${formatTarget(slo.target)} ${GOOD_THINGS[slo.kind]} ${windowWords(slo.window)}`;
}

/** Says over which time: `over 30 days`, `per calendar month (Europe/Berlin)`. */
export function windowWords(window: Pick<SloStatus["window"], "kind" | "lengthMs" | "text">): string {
  if (window.kind === "rolling") return `over ${lengthWords(window.lengthMs)}`;
  const [unit, zone] = window.text.split(", ");
  return zone === undefined ? `per ${window.text}` : `per ${unit} (${zone})`;
}

function lengthWords(lengthMs: number): string {
  const days = lengthMs / DAY_MS;
  if (!Number.isInteger(days)) return formatDuration(lengthMs);
  return days === 1 ? "1 day" : `${days} days`;
}
