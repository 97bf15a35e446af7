import type { ReportConfig, ReportTarget } from "@plimsoll/config";
import { PlimsollError, renderReport, type Plimsoll } from "@plimsoll/core";
import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";
import { lastDueMs } from "./report-schedule.js";

/** Writes and sends the configured reports when they are due. */
export type ReportPublisher = {
  /**
   * Publishes what is due and not published yet. What came due while no service ran is made up for once, the newest only.
   * Throws the first failure when all else is done; what failed is tried again some minutes later.
   */
  publishDue(nowMs: number): Promise<void>;
};

// A folder that can not be written is not mended within a slice, and each try is told in the log.
const RETRY_AFTER_MS = 300_000;
const DEADLINE_MS = 30_000;

/** Makes the publisher. It remembers nothing over a restart: the message's id and the file's age say what was done. */
export function createReportPublisher(options: {
  readonly engine: Pick<Plimsoll, "announce" | "report" | "views">;
  readonly reports: readonly ReportConfig[];
  readonly logger: Pick<Logger, "info">;
  /** How long one target may take before the others' turn comes; a disk that hangs answers never. */
  readonly deadlineMs?: number;
}): ReportPublisher {
  const { deadlineMs = DEADLINE_MS, engine, logger } = options;
  // What hangs is not tried again beside itself: each try would hold a thread of the few that files have.
  const underWay = new Set<string>();
  const published = new Map<string, number>();
  const notBeforeMs = new Map<string, number>();

  const publishTo = async (
    report: ReportConfig,
    target: ReportTarget,
    { dueMs, nowMs }: { readonly dueMs: number; readonly nowMs: number },
  ): Promise<void> => {
    const key = JSON.stringify([report.name, target]);
    if (published.get(key) === dueMs || nowMs < (notBeforeMs.get(key) ?? 0)) return;
    notBeforeMs.set(key, nowMs + RETRY_AFTER_MS);
    if (underWay.has(key)) throw tooSlow(report, target);
    underWay.add(key);
    const publishing = publish(engine, { report, target, dueMs }).finally(() => underWay.delete(key));
    const done = await within(deadlineMs, publishing, () => tooSlow(report, target));
    notBeforeMs.delete(key);
    published.set(key, dueMs);
    if (done) logger.info({ report: report.name, due: new Date(dueMs).toISOString() }, "report published");
  };

  return {
    async publishDue(nowMs) {
      // It is called each round, and a view of every SLO costs something.
      if (options.reports.length === 0) return;
      const measuredFromMs = engine
        .views()
        .reduce((first, { birthMs }) => Math.min(first, birthMs), Number.POSITIVE_INFINITY);
      const failures: unknown[] = [];
      for (const report of options.reports) {
        const dueMs = lastDueMs(report.every, nowMs);
        // Of the time before anything was measured there is nothing to say.
        if (dueMs <= measuredFromMs) continue;
        for (const target of report.to) {
          await publishTo(report, target, { dueMs, nowMs }).catch((error: unknown) => failures.push(error));
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Waits for work as long as it may take; what comes of it later is nobody's any more. */
async function within<Value>(deadlineMs: number, work: Promise<Value>, late: () => Error): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(report: ReportConfig, target: ReportTarget): PlimsollError {
  const where = target.kind === "file" ? target.path : `the notifier ${target.name}`;
  return new PlimsollError({
    code: "report-stuck",
    message: `The report ${report.name} has not reached ${where} and is still on its way; check that it answers. The other reports go on.`,
    retryable: true,
  });
}

function reportText(engine: Pick<Plimsoll, "report">, report: ReportConfig, dueMs: number): string {
  const built = engine.report({ fromMs: dueMs - report.periodMs, toMs: dueMs }, report.services);
  return report.format === "json" ? `${JSON.stringify(built, undefined, 2)}\n` : renderReport(built, report.format);
}

/** Answers whether there was anything to do. */
async function publish(
  engine: Pick<Plimsoll, "announce" | "report">,
  { dueMs, report, target }: { readonly report: ReportConfig; readonly target: ReportTarget; readonly dueMs: number },
): Promise<boolean> {
  if (target.kind === "file") {
    if ((await writtenAtMs(target.path)) >= dueMs) return false;
    await writeReport(target.path, reportText(engine, report, dueMs));
    return true;
  }
  const id = `report/${report.name}/${new Date(dueMs).toISOString()}/${target.name}`;
  await engine.announce(id, target.name, {
    idempotencyKey: id,
    threadKey: `report/${report.name}`,
    urgency: "info",
    title: `Report: ${report.name}`,
    text: reportText(engine, report, dueMs),
    fields: [],
  });
  return true;
}

/** When a report was last written there; never, when there is none. */
async function writtenAtMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}

/** Replaces the file in one step, so that a reader never sees half a report. */
async function writeReport(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString("hex")}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new PlimsollError({
      code: "report-not-written",
      message: `The report ${path} could not be written; check that its folder is writable.`,
      retryable: true,
      cause,
    });
  }
}
