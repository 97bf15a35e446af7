import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labAdapters } from "./lab-adapters.js";

let state: string;
beforeEach(() => void (state = mkdtempSync(join(tmpdir(), "plimsoll-no-lab-"))));
afterEach(() => rmSync(state, { recursive: true, force: true }));

describe("the lab of a configuration, where none runs in its folder", () => {
  it("is a fleet that knows no instances, and says why", async () => {
    const fleet = labAdapters.fleetTypes?.["lab"]?.create({ state } as never, {} as never);
    expect(await fleet?.instances("payments")).toEqual({ kind: "unknown", reason: expect.stringContaining(state) });
  });

  it("is a remediator that does nothing, and goes by the records of its folder", async () => {
    const remediator = labAdapters.remediatorTypes?.["lab"]?.create({ state } as never, {} as never);
    const remedy = { remedy: "roll-back", target: "payments", parameters: {} };
    const order = { remedy, idempotencyKey: "1", fencing: { key: "payments", token: 2 }, timeoutMs: 1_000 };
    expect(await remediator?.prepare(remedy)).toEqual({ kind: "refused", reason: expect.stringContaining(state) });
    expect(await remediator?.execute(order)).toMatchObject({ kind: "failed", reason: expect.stringContaining(state) });
    expect(await remediator?.undo(order)).toMatchObject({ kind: "succeeded" });
    const stale = { ...order, fencing: { key: "payments", token: 1 } };
    expect(await remediator?.execute(stale)).toMatchObject({ reason: "the token 1 of payments is stale" });
  });
});
