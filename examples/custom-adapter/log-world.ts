import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServedSlice, SliSourceHarness } from "@plimsoll/testkit";
import { createAccessLogSource } from "./access-log-source.ts";

const SLICE_MS = 15_000;
const FROM_MS = Date.UTC(2026, 10, 21, 1, 0);

/** A world whose log can also be written as one likes. */
export type LogWorld = SliSourceHarness & { write(text: string): Promise<void> };

/** A folder with one access log in it: the world that the contract looks at through the source. */
export async function createLogWorld(): Promise<LogWorld> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-access-log-"));
  const path = join(folder, "access.log");
  return {
    source: createAccessLogSource({ path }),
    request: {
      sloId: "web-availability",
      sli: { kind: "events", selector: { source: "access-log", query: {} } },
      fromMs: FROM_MS,
      toMs: FROM_MS + 8 * SLICE_MS,
      sliceMs: SLICE_MS,
    },
    write: (text) => writeFile(path, text),
    serve: (slices) => writeFile(path, slices.flatMap(linesOf).join("")),
    fail: () => rm(path, { force: true }),
    garble: () => writeFile(path, "this is\nno access log\n"),
    // A log cannot tell a quiet slice from one in which the server was down.
    measuresZero: false,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function linesOf({ fromMs, good, total }: ServedSlice): string[] {
  return Array.from({ length: total }, (_, index) => lineAt(fromMs, index < good ? 200 : 503));
}

function lineAt(atMs: number, status: number): string {
  const [, day, month, year, time] = new Date(atMs).toUTCString().split(" ");
  return `192.0.2.7 - - [${day}/${month}/${year}:${time} +0000] "GET / HTTP/1.1" ${status} 612\n`;
}
