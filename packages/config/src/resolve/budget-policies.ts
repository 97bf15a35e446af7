import { DEFAULT_BUDGET_POLICY, type BudgetLevel, type BudgetPolicy } from "@plimsoll/core";
import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { budgetPolicySchema } from "../schema/document-schema.js";
import { below, checkName, present, readEntry } from "./read-entry.js";

type PolicyInput = z.output<typeof budgetPolicySchema>;

/** Reads all budget policies; `default` is always among the names, and what a policy leaves out comes from the built-in one. */
export function readBudgetPolicies(
  entries: ReadonlyMap<string, Entry>,
  log: IssueLog,
): { readonly names: ReadonlySet<string>; readonly read: ReadonlyMap<string, BudgetPolicy> } {
  const read = new Map<string, BudgetPolicy>(entries.has("default") ? [] : [["default", DEFAULT_BUDGET_POLICY]]);
  for (const entry of entries.values()) {
    checkName(entry, log);
    const input = readEntry(budgetPolicySchema, entry, log);
    if (input === undefined) continue;
    const levels = input.levels?.map(({ name, above, action }) => ({
      name,
      action,
      ...present({ aboveRatio: above }),
    }));
    if (levels !== undefined) checkLevels(levels, entry, log);
    read.set(entry.name, policyOf(input, levels));
  }
  return { names: new Set(["default", ...entries.keys()]), read };
}

function policyOf(input: PolicyInput, levels: readonly BudgetLevel[] | undefined): BudgetPolicy {
  const rules = input.rules?.map(({ name, atConsumed, effect }) => ({ name, atConsumedRatio: atConsumed, effect }));
  return {
    levels: levels ?? DEFAULT_BUDGET_POLICY.levels,
    rules: rules ?? DEFAULT_BUDGET_POLICY.rules,
    neededRatio: { ...DEFAULT_BUDGET_POLICY.neededRatio, ...present(input.needs ?? {}) },
  };
}

/** Highest first, and only the last one without a floor, so that every budget has exactly one level. */
function checkLevels(levels: readonly BudgetLevel[], entry: Entry, log: IssueLog): void {
  levels.forEach((level, index) => {
    const place = below(entry.place, "levels", index);
    const last = index === levels.length - 1;
    if (last !== (level.aboveRatio === undefined)) {
      const message = last
        ? "The last level has a floor, so nothing holds below it."
        : "Only the last level has no `above`.";
      log.report(place, {
        code: "invalid-value",
        message,
        expected: "`above` in every level but the last",
        fix: last ? "Add a last level without `above`." : "Add `above`, or move this level to the end.",
      });
    }
    const before = levels[index - 1]?.aboveRatio;
    if (before !== undefined && level.aboveRatio !== undefined && level.aboveRatio >= before) {
      log.report(below(place, "above"), {
        code: "invalid-value",
        message: "The levels are not in order.",
        expected: "a share lower than that of the level before",
        fix: "Write the highest level first.",
      });
    }
  });
}
