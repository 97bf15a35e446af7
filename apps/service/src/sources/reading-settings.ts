import { parseDuration, type SourceReading } from "@plimsoll/core";
import { z } from "zod";

const duration = (description: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const parsed = parseDuration(text);
      if (text !== "0" && !parsed.ok)
        context.addIssue({ code: "custom", message: "Not a duration such as `30d` or `10m`." });
    })
    .meta({ description, expected: "a duration such as `30d`, or `0`" });

/** How a source is read, whatever its type: keys that every source may have beside its own. */
export const readingShape = {
  backfill: duration("How far into the past the first read of an SLO reaches; `0` starts now.").optional(),
  lateness: duration("How far behind the newest read late samples are still looked for.").optional(),
};

// Files hold what was measured before the first start, and scripts write late; the other sources tell of now.
const DEFAULTS: Readonly<Record<string, SourceReading>> = {
  snapshot: { backfillMs: 400 * 86_400_000, latenessMs: 600_000 },
};
const NOW_ONLY: SourceReading = { backfillMs: 0, latenessMs: 0 };

/** Parts a source's settings into how it is read and what its adapter takes. */
export function partSettings(
  type: string,
  settings: unknown,
): { readonly reading: SourceReading; readonly own: unknown } {
  const { backfillMs, latenessMs } = (Object.hasOwn(DEFAULTS, type) ? DEFAULTS[type] : undefined) ?? NOW_ONLY;
  const read = z.looseObject(readingShape).safeParse(settings);
  // A type of somebody's own may take settings that are no map.
  if (!read.success) return { reading: { backfillMs, latenessMs }, own: settings };
  const { backfill, lateness, ...own } = read.data;
  return {
    reading: { backfillMs: durationMs(backfill) ?? backfillMs, latenessMs: durationMs(lateness) ?? latenessMs },
    own,
  };
}

function durationMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.value : 0;
}
