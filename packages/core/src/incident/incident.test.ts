import { describe, expect, it } from "vitest";
import { incidentId, incidentNumber, incidentStream } from "./incident.js";

describe("an incident's id", () => {
  it.each([
    [1, "INC-001"],
    [42, "INC-042"],
    [999, "INC-999"],
    [1000, "INC-1000"],
    [123_456, "INC-123456"],
  ])("of number %i is %s, and is read back", (number, id) => {
    expect(incidentId(number)).toBe(id);
    expect(incidentNumber(id)).toBe(number);
  });

  it.each([
    "INC-000",
    "INC-1",
    "INC-0001",
    "INC-",
    "inc-001",
    "INC-001 ",
    "xINC-001",
    "INC-1e3",
    "INC-9999999999999999",
    "",
  ])("is not %j", (text) => {
    expect(incidentNumber(text)).toBeUndefined();
  });

  it("names its stream", () => {
    expect(incidentStream("INC-001")).toBe("incident/INC-001");
  });
});
