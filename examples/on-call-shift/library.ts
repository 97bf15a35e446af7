import { formatIssues, parseRunbooks } from "@plimsoll/config";
import type { Runbook } from "@plimsoll/core";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads this example's one runbook. */
export function readRunbooks(): ReadonlyMap<string, Runbook> {
  const name = "provider-outage.yaml";
  const text = readFileSync(join(import.meta.dirname, "runbooks", name), "utf8");
  const parsed = parseRunbooks([{ name, text }]);
  if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));
  return new Map(parsed.value.map(({ runbook }) => [runbook.id, runbook]));
}
