/** A series' name and labels, as its line on the page spells them. */
export type SeriesLabels = { readonly name: string; readonly labels: ReadonlyMap<string, string> };

const NAME_END = /[{\s]/;
const LABEL_NAME = /\s*(?:([a-zA-Z_:][a-zA-Z0-9_:.]*)|"((?:[^"\\]|\\.)*)")\s*/y;
const LABEL_VALUE = /=\s*"((?:[^"\\\n]|\\.)*)"\s*/y;
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Reads `name{label="value"}`, the part of a line before the value; undefined when it is malformed.
 * The text is bytes as latin1, as the parser keeps them; what comes out is UTF-8 decoded.
 */
export function parseSeriesLabels(key: string): SeriesLabels | undefined {
  const end = key.search(NAME_END);
  const plainName = end === -1 ? key : key.slice(0, end);
  const open = key.indexOf("{", plainName.length);
  const labels = new Map<string, string>();
  if (open === -1) return METRIC_NAME.test(plainName) ? { name: plainName, labels } : undefined;
  if (!key.endsWith("}") || key.slice(plainName.length, open).trim() !== "") return undefined;
  const quotedName = readLabels(key, open + 1, labels, plainName === "");
  if (quotedName === undefined) return undefined;
  if (plainName === "") return quotedName === "" ? undefined : { name: quotedName, labels };
  return METRIC_NAME.test(plainName) ? { name: plainName, labels } : undefined;
}

/** Fills in the labels; answers the metric's name when it is written inside the braces, else "". */
function readLabels(key: string, start: number, labels: Map<string, string>, mayName: boolean): string | undefined {
  const last = key.length - 1; // where the closing brace is
  let name = "";
  let at = start;
  while (at < last) {
    LABEL_NAME.lastIndex = at;
    const label = LABEL_NAME.exec(key);
    if (label === null) return key.slice(at, last).trim() === "" ? name : undefined;
    at += label[0].length;
    LABEL_VALUE.lastIndex = at;
    const value = LABEL_VALUE.exec(key);
    const labelName = label[1] ?? decoded(label[2] ?? "");
    if (value === null) {
      if (!mayName || label[2] === undefined || name !== "") return undefined;
      name = labelName;
    } else {
      if (labels.has(labelName)) return undefined;
      labels.set(labelName, decoded(value[1] ?? ""));
      at += value[0].length;
    }
    if (at < last) {
      if (key[at] !== ",") return undefined;
      at += 1;
    }
  }
  return name;
}

function decoded(bytes: string): string {
  // eslint-disable-next-line no-control-regex -- everything beyond ASCII is UTF-8 bytes here
  const text = /[^\x00-\x7f]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
  if (!text.includes("\\")) return text;
  return text.replace(/\\(.)/gs, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

/** One spelling for a set of labels, whatever the order on the page; `without` is left out. */
export function canonicalLabels(labels: ReadonlyMap<string, string>, without?: string): string {
  return [...labels]
    .filter(([label]) => label !== without)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(",");
}
