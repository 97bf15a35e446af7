import { afterEach, describe, expect, it, vi } from "vitest";
import { isPlimsollError, PlimsollError } from "./plimsoll-error.js";

const options = { code: "storage-away", message: "Storage is away; try again.", retryable: true } as const;

describe("an error of Plimsoll's", () => {
  afterEach(() => vi.resetModules());

  it("says its code, whether the same call may succeed later, and what was wrong", () => {
    const error = new PlimsollError(options);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ ...options, name: "PlimsollError" });
    expect(new PlimsollError({ ...options, retryable: false }).retryable).toBe(false);
  });

  it("carries what caused it, and no cause where there was none", () => {
    const cause = new Error("connection refused");
    expect(new PlimsollError({ ...options, cause }).cause).toBe(cause);
    expect(new PlimsollError(options)).not.toHaveProperty("cause");
  });

  it("is known as one, also when it comes from another copy of this package", async () => {
    vi.resetModules();
    const copy = await import("./plimsoll-error.js");
    const foreign = new copy.PlimsollError(options);
    expect(foreign).not.toBeInstanceOf(PlimsollError);
    expect(isPlimsollError(foreign)).toBe(true);
    expect(isPlimsollError(new PlimsollError(options))).toBe(true);
  });

  it.each([
    ["another error", new Error("storage is away")],
    ["an object that looks like one", { ...options, name: "PlimsollError" }],
    ["a text", "storage is away"],
    ["nothing", undefined],
    ["null", null],
  ])("is not to be mistaken for %s", (_what, value) => {
    expect(isPlimsollError(value)).toBe(false);
  });
});
