import type { SliHistory } from "../ports/sli-history.js";
import type { SetAside, SliRequest, SliSource } from "../ports/sli-source.js";
import { lateSlices } from "./late-slices.js";
import { readSafely, type SafeReading } from "./read-safely.js";
import type { SliceKeeper } from "./slice-keeper.js";

/** Reads again the time that late samples belong to. */
export type LateReader = {
  /** Reads from `lateFromMs` to where the request begins, if that is earlier, and takes what was a gap until now. */
  read(source: SliSource, late: LateRequest): Promise<SafeReading>;
};

/** What was asked for, and what the source then said of the time before. */
export type LateRequest = SliRequest & {
  readonly lateFromMs: number | undefined;
  /** Nothing is counted before it. */
  readonly oldestMs: number;
};

const LONGEST_READ_MS = 6 * 3_600_000;

export function createLateReader(options: {
  readonly keeper: Pick<SliceKeeper, "take">;
  readonly history: Pick<SliHistory, "load">;
  readonly sliceMs: number;
  /** Is told from when on slices of an SLO were filled in afterwards. */
  readonly onLate: (sloId: string, fromMs: number) => void;
}): LateReader {
  const { history, keeper, onLate, sliceMs } = options;
  // A source says it once; where the reading again fails it is still to be done.
  const pending = new Map<string, number>();

  return {
    async read(source, { lateFromMs = Infinity, oldestMs, ...request }) {
      const { fromMs: endMs, sloId } = request;
      const lateMs = Math.floor(Math.min(lateFromMs, pending.get(sloId) ?? Infinity) / sliceMs) * sliceMs;
      const setAside: SetAside[] = [];
      const notes: string[] = [];
      if (lateMs < endMs) pending.set(sloId, lateMs);
      if (lateMs < oldestMs) {
        const example = `${sloId} before ${new Date(oldestMs).toISOString()}`;
        setAside.push({ reason: "came too late: from before what is counted", count: 1, example });
      }
      for (let fromMs = Math.max(oldestMs, lateMs); fromMs < endMs; fromMs += LONGEST_READ_MS) {
        const toMs = Math.min(endMs, fromMs + LONGEST_READ_MS);
        const again = await readSafely(source, { ...request, fromMs, toMs });
        if (again.kind === "failed") return again;
        const found = await lateSlices(history, { sloId, fromMs, toMs, slices: again.slices });
        const taken = await keeper.take(found.slices, sloId, toMs);
        if (taken > 0) {
          onLate(sloId, fromMs);
          notes.push(`${taken} slices from ${new Date(fromMs).toISOString()} on came late and were counted`);
        }
        setAside.push(...again.setAside, ...found.setAside);
        notes.push(...again.notes);
      }
      pending.delete(sloId);
      return { kind: "read", slices: [], setAside, notes, watermarkMs: endMs };
    },
  };
}
