import { failure, success, type Result } from "@plimsoll/core";
import { z } from "zod";

/** One row as it is kept. */
export type SnapshotRow = {
  readonly service: string;
  readonly node: string;
  /** The end of what it covers. */
  readonly atMs: number;
  /** How much time it covers; absent means as much as the source's `every`. */
  readonly coversMs?: number;
  readonly file: string;
  readonly content: RowContent;
};

/** What a row says. */
export type RowContent =
  | { readonly kind: "counts"; readonly good: number; readonly total: number }
  | { readonly kind: "value"; readonly value: number };

const EPOCH_MS_FROM = 100_000_000_000; // seconds until the year 5138, milliseconds since 1973
const count = z.number({ error: "is not a number" }).nonnegative("is negative");

const rowSchema = z.object({
  at: z.union([z.string(), z.number()], {
    error: "is neither a time such as 2026-01-31T12:00:00Z nor a number of seconds since 1970",
  }),
  service: z.string({ error: "is not a text" }).min(1, "is empty"),
  node: z.string({ error: "is not a text" }).optional(),
  seconds: z
    .number({ error: "is not a number" })
    .positive("is not more than 0")
    .max(31_622_400, "is more than a year")
    .optional(),
  ok: z.boolean({ error: "is neither true nor false" }).optional(),
  good: count.optional(),
  total: count.optional(),
  value: z.number({ error: "is not a number" }).optional(),
});

/** Reads one row; the failure says what is wrong with it in words. Fields that it does not know are left alone. */
export function parseSnapshotRow(row: unknown, file: string): Result<SnapshotRow, string> {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success)
    return failure(
      parsed.error.issues
        .map(({ path, message }) => (path.length === 0 ? "it is not an object" : `\`${path.join(".")}\` ${message}`))
        .join("; "),
    );
  const { at, service, node, seconds } = parsed.data;
  const atMs = instantMs(at);
  if (atMs === undefined)
    return failure(
      `\`at\` is not an instant: ${JSON.stringify(at)}; write 2026-01-31T12:00:00Z, with an offset, or seconds since 1970`,
    );
  const content = contentOf(parsed.data);
  if (!content.ok) return content;
  return success({
    service,
    node: node ?? "",
    atMs,
    file,
    content: content.value,
    ...(seconds === undefined ? {} : { coversMs: seconds * 1_000 }),
  });
}

function contentOf({ ok, good, total, value }: z.output<typeof rowSchema>): Result<RowContent, string> {
  const forms = [ok !== undefined, good !== undefined || total !== undefined, value !== undefined].filter(
    Boolean,
  ).length;
  if (forms !== 1)
    return failure(
      `exactly one of \`ok\`, \`good\` with \`total\`, and \`value\` is needed; it has ${forms === 0 ? "none" : "several"}`,
    );
  if (ok !== undefined) return success({ kind: "counts", good: ok ? 1 : 0, total: 1 });
  if (value !== undefined) return success({ kind: "value", value });
  if (good === undefined || total === undefined) return failure("`good` and `total` belong together");
  return good > total
    ? failure(`\`good\` (${good}) is more than \`total\` (${total})`)
    : success({ kind: "counts", good, total });
}

const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

function instantMs(at: string | number): number | undefined {
  if (typeof at === "number") return at >= EPOCH_MS_FROM ? Math.round(at) : at > 0 ? Math.round(at * 1_000) : undefined;
  // Without an offset the time would mean something else on another machine.
  if (!WITH_OFFSET.test(at)) return undefined;
  const atMs = Date.parse(at.replace(" ", "T").replace(",", "."));
  return Number.isNaN(atMs) ? undefined : atMs;
}
