import { expect, it } from "vitest";
import { versionMismatch } from "./version-mismatch.js";

it("refuses another version, older or newer, and takes the same one or none", () => {
  expect(versionMismatch("The silence s1", 2, undefined)).toBeUndefined();
  expect(versionMismatch("The silence s1", 2, 2)).toBeUndefined();
  expect(versionMismatch("The silence s1", 2, 3)).toMatchObject({ expectedVersion: 3, presentVersion: 2 });
  expect(versionMismatch("The silence s1", 2, 1)).toEqual({
    code: "version-mismatch",
    expectedVersion: 1,
    presentVersion: 2,
    message: "The silence s1 is at version 2, not 1. Read it again, and ask again if it still makes sense.",
  });
});
