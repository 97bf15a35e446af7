import { readFile } from "node:fs/promises";
import type { SetAside, SliReading, SliRequest, SliSample, SliSource } from "@plimsoll/core";

/** What the source is told. */
export type AccessLogSettings = {
  /** A log in the common or combined format, as nginx and Apache write it. */
  readonly path: string;
};

/** Counts requests in a web server's access log; a status of 500 or more is bad. */
export function createAccessLogSource({ path }: AccessLogSettings): SliSource {
  return {
    async read(request) {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        // A failure is a value that names the SLO; the engine freezes that SLO and reads again later.
        const message = `SLO ${request.sloId}: the log ${path} cannot be read: ${(error as Error).message}`;
        return { kind: "failed", code: "log-unreadable", message, retryable: true };
      }
      return readingOf(request, text);
    },
  };
}

// 127.0.0.1 - - [21/Nov/2026:01:48:13 +0000] "GET / HTTP/1.1" 200 612
const LINE = /\[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})\] "[^"]*" (\d{3}) /;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function readingOf({ fromMs, sliceMs, toMs }: SliRequest, text: string): SliReading {
  const slices = new Map<number, { good: number; total: number }>();
  const strange: string[] = [];
  let newestMs = fromMs;
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const entry = parseLine(line);
    if (entry === undefined) {
      strange.push(line);
      continue;
    }
    newestMs = Math.max(newestMs, entry.atMs);
    if (entry.atMs < fromMs || entry.atMs >= toMs) continue;
    const sliceAtMs = Math.floor(entry.atMs / sliceMs) * sliceMs;
    const slice = slices.get(sliceAtMs) ?? { good: 0, total: 0 };
    slices.set(sliceAtMs, { good: slice.good + (entry.status < 500 ? 1 : 0), total: slice.total + 1 });
  }
  const samples = [...slices]
    .sort(([a], [b]) => a - b)
    .map(([atMs, counts]): SliSample => ({
      fromMs: atMs,
      toMs: atMs + sliceMs,
      measurement: { kind: "counts", ...counts },
    }));
  // A slice is over once a later line says so. Where no line is, nobody knows whether there was no traffic or no server.
  const watermarkMs = Math.min(toMs, Math.floor(newestMs / sliceMs) * sliceMs);
  return { kind: "read", samples, watermarkMs, setAside: setAsideOf(strange), notes: [] };
}

function parseLine(line: string): { readonly atMs: number; readonly status: number } | undefined {
  const [, day, month = "", year, time, hours, minutes, status] = LINE.exec(line) ?? [];
  const monthNumber = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
  const atMs = Date.parse(`${year}-${monthNumber}-${day}T${time}${hours}:${minutes}`);
  return Number.isNaN(atMs) ? undefined : { atMs, status: Number(status) };
}

function setAsideOf(strange: readonly string[]): readonly SetAside[] {
  const [example] = strange;
  if (example === undefined) return [];
  return [{ reason: "not a line of an access log", count: strange.length, example: example.slice(0, 120) }];
}
