import { expect, it } from "vitest";
import { readIncidentFilter, writeIncidentFilter } from "./incident-filter.js";

it("writes a filter into an address, and reads it back", () => {
  const filter = { status: "open", severity: "SEV2", service: "a&b" };
  expect(writeIncidentFilter(filter)).toBe("?status=open&severity=SEV2&service=a%26b");
  expect(readIncidentFilter(new URLSearchParams(writeIncidentFilter(filter)))).toEqual(filter);
  expect(writeIncidentFilter({ status: "", severity: "", service: "" })).toBe("");
});

it("takes only what it knows from an address", () => {
  const query = new URLSearchParams("status=all&severity=SEV9");
  expect(readIncidentFilter(query)).toEqual({ status: "", severity: "", service: "" });
});
