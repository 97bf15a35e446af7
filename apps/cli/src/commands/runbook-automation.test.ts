import { automationSchema } from "@plimsoll/service/api";
import { beforeEach, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { answeringService } from "../testing/answering-service.js";
import { createFakeIo } from "../testing/fake-io.js";

const MESSAGE = "The kill switch is engaged, by ann: it ran wild.";
const STOPPED = automationSchema.parse({
  killSwitch: { state: "engaged", by: "ann", at: "2026-03-10T12:00:00.000Z", reason: "it ran wild" },
  runbooks: [
    {
      id: "restart",
      title: "Restart",
      starts: false,
      reasons: [{ code: "kill-switch", against: true, message: MESSAGE, about: [] }],
    },
    { id: "drain", title: "Drain", starts: true, reasons: [] },
  ],
});
const NOTHING = automationSchema.parse({ killSwitch: { state: "released" }, runbooks: [] });

let answer: unknown = STOPPED;
const { address, asked, keys } = answeringService(() => ({ body: answer }));
beforeEach(() => {
  answer = STOPPED;
});

async function typed(...words: readonly string[]) {
  const io = createFakeIo({ env: { PLIMSOLL_TOKEN: "sesame" } });
  const exitCode = await run(["runbook", "automation", ...words, "--address", address()], io);
  return { exitCode, ...io.written };
}

describe("what the engine may start by itself, from the command line", () => {
  it("is told with the switch, each runbook and why not", async () => {
    expect(await typed()).toMatchObject({
      exitCode: 0,
      out: `kill switch: engaged by ann at 2026-03-10 12:00:00: it ran wild\nrestart: no, because ${MESSAGE}\ndrain: yes\n`,
    });
    expect(asked).toEqual(["GET /api/v1/automation"]);
    expect(JSON.parse((await typed("--output", "json")).out)).toEqual(STOPPED);
    expect((await typed("--output", "markdown")).out).toContain("- drain: yes\n");
    answer = NOTHING;
    expect((await typed()).out).toBe("kill switch: released\nthere is no runbook of level 4\n");
  });

  it("is stopped and let again with a reason, and not both at once", async () => {
    expect((await typed("--stop", "--reason", "it ran wild")).exitCode).toBe(0);
    expect((await typed("--allow", "--reason", "mended")).exitCode).toBe(0);
    expect((await typed("--allow", "--reason", "mended", "--expect", "3")).exitCode).toBe(0);
    expect(asked).toEqual([
      'POST /api/v1/automation/engage {"reason":"it ran wild"}',
      'POST /api/v1/automation/release {"reason":"mended"}',
      'POST /api/v1/automation/release {"reason":"mended","expectedVersion":3}',
    ]);
    expect(await typed("--stop")).toMatchObject({
      exitCode: 2,
      err: "plimsoll: --reason is missing: say why; it is audited.\n",
    });
    expect(await typed("--stop", "--allow", "--reason", "x")).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("--stop and --allow exclude each other.") as unknown,
    });
    expect(await typed("--stop", "--reason", "x", "--expect", "3")).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("a stop holds whatever somebody else did meanwhile") as unknown,
    });
    expect(asked).toHaveLength(3);
    expect(keys).toEqual([]);
  });

  it("is stopped and let again once for a key", async () => {
    expect((await typed("--stop", "--reason", "it ran wild", "--key", "inc-7")).exitCode).toBe(0);
    expect((await typed("--allow", "--reason", "mended", "--key", "inc-8")).exitCode).toBe(0);
    expect(keys).toEqual(["inc-7", "inc-8"]);
    expect((await typed("--stop", "--reason", "x", "--key", "a b")).exitCode).toBe(2);
    expect(asked).toHaveLength(2);
  });
});
