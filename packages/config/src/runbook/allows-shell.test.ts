import { expect, it } from "vitest";
import { allowsShell } from "./allows-shell.js";

it.each([
  [undefined, false],
  [null, false],
  ["allowShell", false],
  [{}, false],
  [{ allowShell: false }, false],
  [{ allowShell: "true" }, false],
  [{ allowShell: true }, true],
])("a host of runbooks as %j allows a shell: %j", (runbookHost, expected) => {
  expect(allowsShell({ runbookHost })).toBe(expected);
});
