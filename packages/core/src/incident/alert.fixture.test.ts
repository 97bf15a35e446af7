import { describe, expect, it } from "vitest";
import { declareFromAlert, incidentAfter } from "./alert.fixture.js";

describe("what this folder's tests start from", () => {
  it("does not pass over a command that is refused, or over nothing", () => {
    expect(() => incidentAfter(declareFromAlert(), { ...declareFromAlert(), causeId: "2" })).toThrow(
      "declared already",
    );
    expect(() => incidentAfter()).toThrow("nothing was declared");
  });
});
