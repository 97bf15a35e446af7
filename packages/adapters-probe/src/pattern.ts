import { failure, success, type Result } from "@plimsoll/core";
import { createContext, Script } from "node:vm";

/** A regular expression that gives up after a time, so that a body can never hang the prober. */
export type BoundedPattern = { test(text: string): boolean | "gave-up" };

const PATTERN_BUDGET_MS = 100;
const LITERAL = /^\/(.*)\/([dgimsuy]*)$/s;

/** Compiles a plain pattern, or `/…/flags`; the failure says why it does not compile. */
export function compilePattern(text: string): Result<BoundedPattern, string> {
  const literal = LITERAL.exec(text);
  const source = literal === null ? text : (literal[1] ?? "");
  const flags = (literal?.[2] ?? "").replace(/[gy]/g, "");
  try {
    return success(bounded(new RegExp(source, flags)));
  } catch (error) {
    return failure(`It is not a regular expression: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function bounded(expression: RegExp): BoundedPattern {
  return {
    test(text) {
      const context = createContext({ expression, text });
      try {
        // Backtracking can take for ever; only the engine's own watchdog can stop it.
        return new Script("expression.test(text)").runInContext(context, { timeout: PATTERN_BUDGET_MS }) === true;
      } catch {
        return "gave-up";
      }
    },
  };
}
