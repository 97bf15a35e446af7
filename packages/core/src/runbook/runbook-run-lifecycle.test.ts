import { describe, expect, it } from "vitest";
import {
  allowedRunMoves,
  isFinalRunStatus,
  isRunnerStatus,
  RUNBOOK_RUN_STATUSES,
  runStatusAfter,
} from "./runbook-run-lifecycle.js";

describe("the life of a run", () => {
  it("goes by this table, and by nothing else", () => {
    const rows = RUNBOOK_RUN_STATUSES.map((from) => [
      from,
      allowedRunMoves(from).map((move) => `${move} -> ${runStatusAfter(from, move)}`),
    ]);
    expect(Object.fromEntries(rows)).toEqual({
      requested: ["schedule -> scheduled", "start -> running", "cancel -> cancelled", "abandon -> abandoned"],
      scheduled: ["start -> running", "cancel -> cancelled", "abandon -> abandoned"],
      running: [
        "pause -> pausing",
        "hold -> paused",
        "cancel -> cancelling",
        "succeed -> succeeded",
        "fail -> failed",
        "compensate -> compensating",
      ],
      pausing: ["settle -> paused", "resume -> running", "cancel -> cancelling"],
      paused: ["resume -> running", "cancel -> cancelling", "abandon -> abandoned"],
      cancelling: ["settle -> cancelled", "compensate -> compensating"],
      compensating: ["restore -> compensated", "fail -> failed"],
      cancelled: [],
      succeeded: [],
      failed: [],
      compensated: [],
      abandoned: [],
    });
  });

  it("ends in five ways", () => {
    expect(RUNBOOK_RUN_STATUSES.filter(isFinalRunStatus)).toEqual([
      "cancelled",
      "succeeded",
      "failed",
      "compensated",
      "abandoned",
    ]);
  });

  it("needs a runner while there is work", () => {
    expect(RUNBOOK_RUN_STATUSES.filter(isRunnerStatus)).toEqual(["running", "pausing", "cancelling", "compensating"]);
  });
});
