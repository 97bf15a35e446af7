import type { SliReading, SliRequest, SliSource } from "../ports/sli-source.js";
import { readingSlices, type ReadingSlices } from "./reading-slices.js";

/** What a source gave, brought down to slices, or how it failed. */
export type SafeReading =
  | Extract<SliReading, { kind: "failed" }>
  | (ReadingSlices & { readonly kind: "read"; readonly watermarkMs: number; readonly lateFromMs?: number });

/** Reads, and brings what was read down to slices; a source that does what no source may must cost its own SLOs only. */
export async function readSafely(source: SliSource, request: SliRequest): Promise<SafeReading> {
  const { sliceMs, sloId, toMs } = request;
  try {
    const reading = await source.read(request);
    if (reading.kind === "failed") return reading;
    if (!Number.isFinite(reading.watermarkMs)) throw new RangeError(`its watermark is ${reading.watermarkMs}`);
    const watermarkMs = Math.min(toMs, Math.floor(reading.watermarkMs / sliceMs) * sliceMs);
    const { notes, setAside, slices } = readingSlices(request, reading.samples, watermarkMs);
    return {
      kind: "read",
      watermarkMs,
      ...(reading.lateFromMs === undefined ? {} : { lateFromMs: reading.lateFromMs }),
      slices,
      setAside: [...reading.setAside, ...setAside],
      notes: [...reading.notes, ...notes],
    };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { kind: "failed", code: "source-threw", message: `${sloId}: its source threw: ${words}`, retryable: true };
  }
}
