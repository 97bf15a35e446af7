import { runbookDetailSchema, runbookListSchema } from "@plimsoll/service/api";
import { describe, expect, it } from "vitest";
import { run } from "../run.js";
import { answeringService } from "../testing/answering-service.js";
import { createFakeIo } from "../testing/fake-io.js";

const reason = { code: "observing", against: true, message: "It only observes.", about: [] };
const SUMMARY = {
  id: "drain-node",
  title: "Drain a bad node",
  level: 4,
  symptoms: ["NodeBad", "checkout"],
  lastRehearsedAt: "2026-03-01T00:00:00.000Z",
  findings: [{ code: "no-owner", message: "Nobody owns it." }],
  automatic: { starts: false, reasons: [reason] },
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/v1/runbooks": runbookListSchema.parse({
    runbooks: [SUMMARY, { id: "look", title: "Look at it", level: 1, owner: "ops", symptoms: [], findings: [] }],
  }),
  "/api/v1/runbooks/drain-node": runbookDetailSchema.parse({
    ...SUMMARY,
    maximumAgeMs: 1,
    links: [{ title: "Wiki", url: "https://wiki/drain" }],
    parameters: [
      { name: "node", description: "which one" },
      { name: "after", description: "how long", default: "5m" },
    ],
    steps: [
      { id: "drain", title: "Take it out", risk: "dangerous", approval: true },
      { id: "look", title: "Look", risk: "safe", approval: false },
    ],
  }),
};

const { address } = answeringService((_method, url) => {
  const body = ANSWERS[url];
  return body === undefined
    ? { status: 404, body: { code: "not-found", message: "There is no runbook of that name." } }
    : { body };
});

async function typed(...words: readonly string[]) {
  const io = createFakeIo();
  const exitCode = await run(["runbook", ...words, "--address", address()], io);
  return { exitCode, ...io.written };
}

describe("runbooks of a running service", () => {
  it("are listed", async () => {
    expect(await typed("list")).toMatchObject({
      exitCode: 0,
      out: [
        "RUNBOOK     LEVEL  REHEARSED   TITLE             SYMPTOMS",
        "drain-node  4      2026-03-01  Drain a bad node  NodeBad, checkout",
        "look        1      never       Look at it",
        "",
      ].join("\n"),
    });
    const { out } = await typed("list", "--output", "json");
    expect(JSON.parse(out)).toEqual(ANSWERS["/api/v1/runbooks"]);
  });
  it("are shown, with what was found against them and whether the engine starts them", async () => {
    const { exitCode, out } = await typed("show", "drain-node");
    expect(exitCode).toBe(0);
    expect(out.trimEnd().split("\n")).toEqual([
      "drain-node: Drain a bad node",
      "level 4, owner nobody, rehearsed 2026-03-01",
      "symptoms: NodeBad, checkout",
      "parameter node: which one",
      "parameter after: how long (5m)",
      "link Wiki: https://wiki/drain",
      "step drain: Take it out (dangerous, needs approval)",
      "step look: Look (safe)",
      "finding no-owner: Nobody owns it.",
      "started by the engine: no, because It only observes.",
    ]);
    expect((await typed("show", "drain-node", "--output", "markdown")).out).toContain(
      "- symptoms: NodeBad, checkout\n",
    );
  });
  it("that are not there are said so", async () => {
    expect(await typed("show", "drain-nod")).toMatchObject({
      err: expect.stringContaining("There is no runbook of that name.") as unknown,
    });
  });
});
