import type { RunbookRefusal } from "@plimsoll/core";
import { HttpProblem, refused } from "../problem.js";

/** Turns a refusal about runs into an answer: what is not theirs to do is 403, what they wrote wrongly 400. */
export function refusedRun(error: RunbookRefusal): HttpProblem {
  const { code, message } = error;
  if (code === "own-approval" || code === "engine-approval") return new HttpProblem(403, { code, message });
  if (code === "unplannable" || code === "empty-text" || code === "approval-expiry") {
    return new HttpProblem(400, { code, message });
  }
  return refused(error);
}
