import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccessLog } from "./access-log.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("appends one JSON line per entry to what is there", () => {
  const path = join(directory, "a.jsonl");
  writeFileSync(path, '{"code":1}\n');
  const log = new AccessLog(path);
  log.write({ code: 200, note: undefined });
  log.write({ code: 500, note: "line\nbreak" });
  log.flush();
  expect(readFileSync(path, "utf8")).toBe('{"code":1}\n{"code":200}\n{"code":500,"note":"line\\nbreak"}\n');
});

it("sets a full file aside, so that the disk a lab takes is bounded", () => {
  const path = join(directory, "a.jsonl");
  const full = "x".repeat(8 * 1024 * 1024 + 1);
  writeFileSync(path, full);
  const log = new AccessLog(path);
  log.write({ code: 200 });
  log.flush();
  expect(readFileSync(path, "utf8")).toBe('{"code":200}\n');
  expect(readFileSync(`${path}.1`, "utf8").length).toBe(full.length);
});

it("says so and goes on when it cannot write", () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const log = new AccessLog(join(directory, "missing", "a.jsonl"));
  log.write({ code: 200 });
  expect(() => log.flush()).not.toThrow();
  expect(said).toHaveBeenCalledWith(expect.stringContaining("ENOENT"));
  said.mockRestore();
});
