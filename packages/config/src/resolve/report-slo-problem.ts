import type { BurnRateRule, SloProblem } from "@plimsoll/core";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { below } from "./read-entry.js";

/** Words of core that end in what to do, put at the key that a person would change. */
export function reportSloProblem(
  problem: SloProblem,
  where: {
    readonly entry: Entry;
    readonly ownRules: boolean;
    readonly rules: readonly BurnRateRule[];
    readonly log: IssueLog;
  },
): void {
  const { entry, ownRules, rules, log } = where;
  const text = problem.message.replace(`${problem.sloId}, rule `, "Rule ").replace(`${problem.sloId}: `, "");
  const cut = text.lastIndexOf(": ");
  const [message, fix] = cut === -1 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + 2)];
  const index = rules.findIndex((rule) => rule.id === problem.ruleId);
  const rulePath = ownRules ? ["alerting", "rules", index] : ["alerting", "preset"];
  const path =
    problem.ruleId !== undefined ? rulePath : problem.code === "period-not-retained" ? ["window"] : ["alerting"];
  log.report(below(entry.place, ...path), {
    code: problem.code === "duplicate-rule" ? "duplicate" : "never-fires",
    message: sentence(message),
    fix: fix === undefined ? undefined : sentence(fix),
  });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
