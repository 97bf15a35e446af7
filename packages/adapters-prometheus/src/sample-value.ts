const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;
const TEXT_TIMESTAMP = /^-?\d+$/;
const EXEMPLAR = /^#\s*\{(?:[^"]|"(?:[^"\\]|\\.)*")*\}\s+(\S+)(?:\s+(\S+))?$/;

/** The two text formats of a metrics page. */
export type PageFormat = "text" | "openmetrics";

/** Reads a sample's value as both formats write it; undefined when it is no number. */
export function parseSampleValue(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? Number.NaN : undefined;
}

/** Whether what follows a value is what the format allows: a timestamp, and in OpenMetrics an exemplar. */
export function isSampleTail(tail: string, format: PageFormat): boolean {
  const trimmed = tail.trim();
  if (trimmed === "") return true;
  if (format === "text") return TEXT_TIMESTAMP.test(trimmed);
  const hash = trimmed.indexOf("#");
  const timestamp = (hash === -1 ? trimmed : trimmed.slice(0, hash)).trim();
  if (timestamp !== "" && !isFiniteNumber(timestamp)) return false;
  return hash === -1 || isExemplar(trimmed.slice(hash));
}

function isExemplar(text: string): boolean {
  const match = EXEMPLAR.exec(text);
  if (match === null || parseSampleValue(match[1] ?? "") === undefined) return false;
  return match[2] === undefined || isFiniteNumber(match[2]);
}

function isFiniteNumber(text: string): boolean {
  return DECIMAL.test(text);
}
