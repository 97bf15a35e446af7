import { parseSeriesLabels } from "./label-text.js";
import { MetricLine } from "./metric-line.js";
import { isSampleTail, parseSampleValue, type PageFormat } from "./sample-value.js";

/** A line that could not be read. */
export type MalformedLine = { readonly lineNumber: number; readonly text: string; readonly reason: string };

/** What one reading of a page gave. */
export type PageOutcome =
  | {
      readonly kind: "read";
      readonly samples: number;
      readonly malformed: readonly MalformedLine[];
      readonly malformedCount: number;
    }
  | { readonly kind: "refused"; readonly reason: string };

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const RETURN = 13;
const HASH = 35;
const OPEN = 123;
const CLOSE = 125;
const QUOTE = 34;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const EXACT_DIGITS = 15; // integers of so many digits add up without rounding
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
const MALFORMED_SHOWN = 5;
const FORGET_AFTER = 5_760; // scrapes: a day at the usual 15 s
const FORGET_EVERY = 256;

/** All series of one name; grows, and says so by its version. */
export type NameGroup = { lines: MetricLine[]; version: number };

/**
 * Reads a target's page again and again. The lines of a page come in the same order nearly always, so each is first
 * held against the line that came at that place before: then neither a name nor a label has to be looked at.
 */
export class MetricsPage {
  /** How many pages were taken in; 0 before the first. */
  scrape = 0;
  readonly groups = new Map<string, NameGroup>();
  readonly types = new Map<string, string>();
  /** Whether any series of created timestamps was seen. */
  hasCreated = false;
  readonly #lines = new Map<string, MetricLine>();
  #order: MetricLine[] = [];
  #previousOrder: MetricLine[] = [];
  #malformed: MalformedLine[] = [];
  #malformedCount = 0;

  /** Takes a page in, or refuses it as a whole and changes nothing. */
  read(body: Uint8Array, format: PageFormat): PageOutcome {
    // One byte a character: cheap to make, and every character the format gives a meaning is ASCII.
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");
    if (format === "openmetrics" && !/(?:^|\n)# EOF\r?\n?$/.test(text.slice(-16))) {
      return { kind: "refused", reason: "the page does not end with `# EOF`, so it is cut off" };
    }
    this.scrape += 1;
    this.#malformed = [];
    this.#malformedCount = 0;
    [this.#previousOrder, this.#order] = [this.#order, this.#previousOrder];
    this.#order.length = 0;
    this.#readLines(text, format);
    if (this.scrape % FORGET_EVERY === 0) this.#forget();
    return {
      kind: "read",
      samples: this.#order.length,
      malformed: this.#malformed,
      malformedCount: this.#malformedCount,
    };
  }

  /** The line with exactly this text before its value. */
  line(key: string): MetricLine | undefined {
    return this.#lines.get(key);
  }

  #readLines(text: string, format: PageFormat): void {
    const { length } = text;
    let at = 0;
    let cursor = 0;
    let lineNumber = 0;
    while (at < length) {
      lineNumber += 1;
      const first = text.charCodeAt(at);
      if (first === HASH || first === NEWLINE) {
        at = this.#readComment(text, at);
        continue;
      }
      if (first === SPACE || first === TAB || first === RETURN) {
        lineNumber -= 1;
        at = skipSpace(text, at);
        continue;
      }
      const expected = this.#previousOrder[cursor];
      let line: MetricLine | undefined;
      let valueAt = 0;
      // Compares words at a time; startsWith would go character by character, at twice the cost.
      if (expected !== undefined && text.slice(at, at + expected.key.length) === expected.key) {
        valueAt = skipSpace(text, at + expected.key.length);
        // `up` is also the beginning of `up_since` and of `up {a="b"}`.
        if (valueAt > at + expected.key.length && text.charCodeAt(valueAt) !== OPEN) line = expected;
      }
      if (line === undefined) {
        const keyEnd = endOfKey(text, at);
        line = this.#find(text, at, keyEnd);
        valueAt = skipSpace(text, Math.max(keyEnd, at));
        if (line === undefined) {
          at = this.#setAside(text, at, lineNumber, "no series can be read from it");
          continue;
        }
        cursor = line.seenAt === 0 ? cursor - 1 : line.position;
      }
      cursor += 1;
      at = this.#readValue({ text, at, valueAt, line, lineNumber, format });
    }
  }

  #readValue(place: {
    text: string;
    at: number;
    valueAt: number;
    line: MetricLine;
    lineNumber: number;
    format: PageFormat;
  }): number {
    const { text, at, valueAt, line, lineNumber } = place;
    let value = 0;
    let end = valueAt;
    let pointAt = -1;
    let code = text.charCodeAt(end);
    while ((code >= ZERO && code <= NINE) || (code === POINT && pointAt === -1)) {
      if (code === POINT) pointAt = end;
      else value = value * 10 + (code - ZERO);
      end += 1;
      code = text.charCodeAt(end);
    }
    const length = end - valueAt;
    const isSimple =
      length > 0 && length <= EXACT_DIGITS && pointAt !== valueAt && (code === NEWLINE || end >= text.length);
    // An exact whole number over an exact power of ten is rounded once, so it is what the text says.
    if (pointAt !== -1) value /= POWERS_OF_TEN[end - pointAt - 1] ?? 1;
    if (!isSimple) {
      end = endOfLine(text, valueAt);
      const slow = readSlowly(text.slice(valueAt, end), place.format);
      if (typeof slow === "string") return this.#setAside(text, at, lineNumber, slow);
      value = slow;
    }
    if (line.seenAt === this.scrape)
      return this.#setAside(text, at, lineNumber, "the same series stands on the page twice");
    line.take(value, this.scrape);
    line.position = this.#order.length;
    this.#order.push(line);
    return end + 1;
  }

  #readComment(text: string, at: number): number {
    const end = endOfLine(text, at);
    if (text.startsWith("# TYPE ", at)) {
      const [name, type] = text
        .slice(at + 7, end)
        .trim()
        .split(/\s+/);
      if (name !== undefined && type !== undefined && this.types.get(name) !== type)
        this.types.set(unshared(name), unshared(type));
    }
    return end + 1;
  }

  #find(text: string, at: number, end: number): MetricLine | undefined {
    if (end <= at) return undefined;
    const shared = text.slice(at, end);
    const known = this.#lines.get(shared);
    if (known !== undefined) return known;
    const key = unshared(shared);
    const parsed = parseSeriesLabels(key);
    if (parsed === undefined) return undefined;
    const line = new MetricLine(key, parsed.name);
    this.#lines.set(key, line);
    this.#join(line);
    return line;
  }

  #join(line: MetricLine): void {
    if (line.name.endsWith("_created")) this.hasCreated = true;
    const group = this.groups.get(line.name);
    if (group === undefined) {
      this.groups.set(line.name, { lines: [line], version: 1 });
      return;
    }
    group.lines.push(line);
    group.version += 1;
  }

  #setAside(text: string, at: number, lineNumber: number, reason: string): number {
    const end = endOfLine(text, at);
    this.#malformedCount += 1;
    if (this.#malformed.length < MALFORMED_SHOWN)
      this.#malformed.push({ lineNumber, text: text.slice(at, Math.min(end, at + 120)), reason });
    return end + 1;
  }

  /** Drops series that a page has not shown for so long that they will hardly come back. */
  #forget(): void {
    const oldest = this.scrape - FORGET_AFTER;
    const isGone = (line: MetricLine) => line.seenAt < oldest;
    for (const [name, group] of this.groups) {
      const kept = group.lines.filter((line) => !isGone(line));
      if (kept.length === group.lines.length) continue;
      for (const line of group.lines) if (isGone(line)) this.#lines.delete(line.key);
      if (kept.length === 0) this.groups.delete(name);
      else this.groups.set(name, { lines: kept, version: group.version + 1 });
    }
  }
}

function readSlowly(rest: string, format: PageFormat): number | string {
  const parts = /^(\S+)([^]*)$/.exec(rest);
  if (parts === null) return "it has no value";
  const value = parseSampleValue(parts[1] ?? "");
  if (value === undefined) return "its value is not a number";
  return isSampleTail(parts[2] ?? "", format) ? value : "what follows the value is neither a timestamp nor an exemplar";
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === SPACE || code === TAB || code === RETURN; code = text.charCodeAt(at))
    at += 1;
  return at;
}

/** Where the name and labels end: after the closing brace, or before the first space. `from` when there is no end. */
function endOfKey(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN) return endOfLabels(text, at, from);
    if (code === NEWLINE) return from;
    if (code === SPACE || code === TAB) {
      const next = skipSpace(text, at);
      return text.charCodeAt(next) === OPEN ? endOfLabels(text, next, from) : at;
    }
  }
  return from;
}

function endOfLabels(text: string, open: number, from: number): number {
  let isQuoted = false;
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) return from;
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (code === BACKSLASH && isQuoted) at += 1;
    else if (code === CLOSE && !isQuoted) return at + 1;
  }
  return from;
}

/** A copy that does not keep the page it was cut from in memory. */
function unshared(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
