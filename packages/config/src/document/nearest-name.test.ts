import { describe, expect, it } from "vitest";
import { nameList, nearestName } from "./nearest-name.js";

describe("the name that was meant", () => {
  it.each([
    ["servise", "service"],
    ["targte", "target"],
    ["webhook_url", "webhookUrl"],
    ["Payments", "payments"],
  ])("by %s is %s", (written, meant) => {
    expect(nearestName(written, ["service", "target", "webhookUrl", "payments"])).toBe(meant);
  });

  it("is unknown where nothing is near", () => {
    expect(nearestName("bank", ["service", "target"])).toBeUndefined();
    expect(nearestName("", [])).toBeUndefined();
  });
});

it("lists names as a sentence does", () => {
  expect([[], ["a"], ["a", "b", "c"]].map((names) => nameList(names))).toEqual(["none", "a", "a, b or c"]);
  expect(nameList(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
});
