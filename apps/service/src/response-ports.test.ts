import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeadManOutcome } from "@plimsoll/core";
import { createManualClock } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { atMostEvery, runbooksOf } from "./response-ports.js";

describe("a dead-man ping that goes out only so often", () => {
  const open = (outcomes: readonly DeadManOutcome[]) => {
    let pings = 0;
    const clock = createManualClock("2026-11-21T10:00:00Z");
    const ping = async (): Promise<DeadManOutcome> => outcomes[pings++] ?? { kind: "pinged" };
    return { clock, deadMan: atMostEvery({ ping }, 300_000, clock), pings: () => pings };
  };

  it("says in between what came of the last one", async () => {
    const { clock, deadMan, pings } = open([{ kind: "pinged" }]);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    clock.advance(289_999);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    expect(pings()).toBe(1);
    clock.advance(1);
    await deadMan.ping();
    expect(pings()).toBe(2);
  });

  it("is tried again at once where it did not arrive", async () => {
    const failed: DeadManOutcome = { kind: "failed", retryable: true, reason: "away" };
    const { deadMan, pings } = open([failed, { kind: "pinged" }]);
    expect(await deadMan.ping()).toEqual(failed);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    expect(pings()).toBe(2);
  });
});

describe("runbooks of a configuration", () => {
  it("that can not be used are told by their first problem", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-runbooks-"));
    const file = join(folder, "disk.yaml");
    writeFileSync(file, "version: 1\nrunbook: disk\nlevel: 9\n");
    await expect(runbooksOf({ runbookPaths: [file] })).rejects.toMatchObject({
      code: "runbooks-invalid",
      message: expect.stringContaining(`${file}:1:1: `) as unknown,
    });
    await expect(runbooksOf({ runbookPaths: [join(folder, "none")] })).rejects.toThrow(
      "There is no such file or folder.",
    );
    rmSync(folder, { recursive: true, force: true });
    expect((await runbooksOf({ runbookPaths: [] })).size).toBe(0);
  });
});
