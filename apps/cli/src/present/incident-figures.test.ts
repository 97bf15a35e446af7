import type { IncidentExplanationBody } from "@plimsoll/service/api";
import { describe, expect, it } from "vitest";
import { explanationMarkdown, explanationText } from "./incident-figures.js";
import { paintFor } from "./paint.js";

const paint = paintFor({ isTerminal: false, write: () => true }, {});
const NOTHING: IncidentExplanationBody = { id: "INC-002", traces: [], routing: [] };

describe("why an incident paged that no alert opened", () => {
  it("says that a person declared it where no alert ever was part of it", () => {
    expect(explanationText(NOTHING, paint)).toBe("No alert is behind INC-002: a person declared it.\n");
    expect(explanationMarkdown(NOTHING)).toBe("No alert is behind INC-002: a person declared it.\n");
  });

  it("names the incident that its alerts came from, and how to ask that one", () => {
    const keys = ["external/am/f1", "external/am/f2"];
    const moved = { ...NOTHING, cameFrom: [{ incidentId: "INC-001", at: "2026-11-21T02:00:00.000Z", keys }] };
    const line =
      "2026-11-21 02:00:00 external/am/f1, external/am/f2 came from INC-001; what happened before: plimsoll incident explain INC-001\n";
    expect(explanationText(moved, paint)).toBe(line);
    expect(explanationMarkdown(moved)).toBe(`- ${line}`);
  });
});
