import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import { parseText } from "./testing/sample-registry.js";

it("shows a file in the readme that validates", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const parsed = parseText(/```yaml part\n(.*?)```/s.exec(readme)?.[1] ?? "");
  expect(parsed.ok ? "" : formatIssues(parsed.error, { color: false })).toBe("");
});
