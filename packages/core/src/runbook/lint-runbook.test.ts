import { describe, expect, it } from "vitest";
import { lintRunbook, type LinkVerdict, type LintOptions } from "./lint-runbook.js";
import { HEALTH, runbook, START_MS, step, withoutHealth, withoutUndo } from "./runbook.fixture.js";
import type { Runbook, RunbookCheck } from "./runbook.js";

const DAY_MS = 86_400_000;

function lint(book: Runbook, change: Partial<LintOptions> = {}) {
  return lintRunbook(book, {
    nowMs: START_MS,
    library: new Map([[book.id, book]]),
    remediators: new Set(["platform"]),
    fleets: new Set(["platform"]),
    ...change,
  });
}

describe("the lint of runbooks", () => {
  it("finds nothing in a clean one", async () => {
    expect(await lint(runbook([step("a", { risk: "dangerous", approval: true })]))).toEqual([]);
  });

  it("misses an owner, symptoms and a health check", async () => {
    const { owner: _owner, ...book } = withoutHealth(runbook([], { symptoms: [] }));
    expect(await lint(book)).toEqual([
      {
        code: "missing-owner",
        runbookId: "bad-deploy",
        message: "bad-deploy has no owner. Name who keeps it right.",
      },
      {
        code: "missing-symptoms",
        runbookId: "bad-deploy",
        message: "bad-deploy names no symptom, so nobody finds it. Say what one sees who needs it.",
      },
      {
        code: "no-health-check",
        runbookId: "bad-deploy",
        message: "bad-deploy has no health check, so it cannot stop when the service is well. Add one.",
      },
    ]);
  });

  it("wants a rehearsal, and not one that is too old", async () => {
    const { lastRehearsedMs: _last, ...never } = runbook([]);
    expect(await lint(never)).toEqual([
      {
        code: "never-rehearsed",
        runbookId: "bad-deploy",
        message: "bad-deploy was never rehearsed. Rehearse it, and write down when.",
      },
    ]);
    const aged = (ageMs: number) => lint(runbook([], { lastRehearsedMs: START_MS - ageMs, maximumAgeMs: 30 * DAY_MS }));
    expect(await aged(30 * DAY_MS)).toEqual([]);
    expect(await aged(30 * DAY_MS + 1)).toEqual([
      {
        code: "stale-rehearsal",
        runbookId: "bad-deploy",
        message: "bad-deploy was rehearsed 30 days ago; 30 are allowed. Rehearse it again.",
      },
    ]);
  });

  it("refuses a rehearsal that is yet to come, in every zone", async () => {
    const ahead = (aheadMs: number) => lint(runbook([], { lastRehearsedMs: START_MS + aheadMs }));
    expect(await ahead(14 * 3_600_000)).toEqual([]);
    expect(await ahead(14 * 3_600_000 + 1)).toEqual([
      {
        code: "future-rehearsal",
        runbookId: "bad-deploy",
        message:
          "bad-deploy was last rehearsed on 2026-11-22, which is yet to come. Write down the day on which it was.",
      },
    ]);
  });

  it("finds a step that needs a shell where its host allows none", async () => {
    const call = { arguments: ["echo"] as const, shell: true, environment: [] };
    const check: RunbookCheck = { kind: "command", call };
    const ways: readonly Parameters<typeof step>[1][] = [
      { action: { kind: "command", call } },
      { compensation: { kind: "command", call } },
      { precondition: { kind: "not", check: { kind: "not", check } } },
      { verify: { ...HEALTH, check } },
      { action: { kind: "wait-until", until: { ...HEALTH, check } } },
    ];
    for (const way of ways) {
      expect(await lint(runbook([step("a", way)]), { allowShell: false })).toEqual([
        {
          code: "shell-not-allowed",
          runbookId: "bad-deploy",
          stepId: "a",
          message:
            "The step a needs a shell, which its host does not allow. Take the shell out of it, or set allowShell: true under runbookHost.",
        },
      ]);
      expect(await lint(runbook([step("a", way)]), { allowShell: true })).toEqual([]);
      expect(await lint(runbook([step("a", way)]))).toEqual([]);
    }
    const plain = step("a", { action: { kind: "command", call: { ...call, shell: false } } });
    expect(await lint(runbook([plain]), { allowShell: false })).toEqual([]);
  });

  it("wants approval and an undo of a dangerous step", async () => {
    const found = await lint(runbook([withoutUndo(step("a", { risk: "dangerous" }))]));
    expect(found).toEqual([
      {
        code: "dangerous-without-approval",
        runbookId: "bad-deploy",
        stepId: "a",
        message: "The step a is dangerous and runs without approval. Add approval.",
      },
      {
        code: "dangerous-without-undo",
        runbookId: "bad-deploy",
        stepId: "a",
        message: "The step a is dangerous and cannot be taken back. Add a compensation.",
      },
    ]);
    expect(await lint(runbook([withoutUndo(step("a", { risk: "caution" }))]))).toEqual([]);
    const inner = runbook([], { id: "inner" });
    const action = { kind: "runbook", runbook: "inner", parameters: {} } as const;
    const sub = runbook([withoutUndo(step("a", { risk: "dangerous", action }))]);
    const library = new Map([["inner", inner]]);
    expect((await lint(sub, { library })).map(({ code }) => code)).toEqual(["dangerous-without-approval"]);
  });

  it("knows every remediator and every fleet that a step names", async () => {
    const call = { remediator: "platfrom", remedy: "x", target: "t", parameters: {} };
    const check: RunbookCheck = { kind: "instances", fleet: "flet", target: "t", atLeast: 1 };
    const strange = runbook([
      step("a", { action: { kind: "remedy", call }, compensation: { kind: "remedy", call } }),
      step("b", { precondition: check, verify: { ...HEALTH, check: { kind: "not", check } } }),
      step("c", { action: { kind: "wait-until", until: { ...HEALTH, check } } }),
    ]);
    expect((await lint(strange)).map(({ message, stepId }) => [stepId, message])).toEqual([
      ["a", "The step a calls the remediator platfrom: there is platform."],
      ["a", "The step a calls the remediator platfrom: there is platform."],
      ["b", "The step b looks at the fleet flet: there is platform."],
      ["b", "The step b looks at the fleet flet: there is platform."],
      ["c", "The step c looks at the fleet flet: there is platform."],
    ]);
    const none = await lint(strange, { remediators: new Set(), fleets: new Set(["flet"]) });
    expect(none.map(({ code, message }) => [code, message])).toContainEqual([
      "unknown-remediator",
      "The step a calls the remediator platfrom: there is none here.",
    ]);
    expect(none.map(({ code }) => code)).not.toContain("unknown-fleet");
    const two = await lint(strange, { remediators: new Set(["x", "y"]) });
    expect(two[0]?.message).toBe("The step a calls the remediator platfrom: there is x, y.");
  });

  it("tries every link, and reports those that are dead and those that could not be tried", async () => {
    const links = [
      { title: "dashboard", url: "http://a.example" },
      { title: "wiki", url: "http://b.example" },
      { title: "chat", url: "http://c.example" },
    ];
    const verdicts: Readonly<Record<string, LinkVerdict>> = {
      "http://a.example": { kind: "alive" },
      "http://b.example": { kind: "dead", reason: "it answers 404" },
      "http://c.example": { kind: "unknown", reason: "no network" },
    };
    const checkLink = async (url: string) => verdicts[url] ?? ({ kind: "alive" } as const);
    expect(await lint(runbook([], { links }), { checkLink })).toEqual([
      {
        code: "dead-link",
        runbookId: "bad-deploy",
        message: "The link wiki (http://b.example) is dead: it answers 404. Correct it.",
      },
      {
        code: "unchecked-link",
        runbookId: "bad-deploy",
        message:
          "The link chat (http://c.example) could not be checked: no network. Try it from where its host can be reached.",
      },
    ]);
    expect(await lint(runbook([], { links }))).toEqual([]);
  });

  it("reports what cannot be planned, with the step where there is one", async () => {
    const action = { kind: "runbook", runbook: "bad-deploy", parameters: {} } as const;
    expect(await lint(runbook([withoutUndo(step("again", { action, title: "{{zone}}" }))]))).toEqual([
      {
        code: "unplannable",
        runbookId: "bad-deploy",
        message: "bad-deploy uses {{zone}}, which is no parameter of it. Add it under parameters.",
      },
      {
        code: "unplannable",
        runbookId: "bad-deploy",
        stepId: "again",
        message: "The step again of bad-deploy runs bad-deploy again: bad-deploy -> bad-deploy. Break the circle.",
      },
    ]);
    const parameters = { zone: { description: "z" }, place: { description: "p", default: "bad value" } };
    expect((await lint(runbook([], { parameters }))).map(({ message }) => message)).toEqual([
      expect.stringContaining("The value of the parameter place"),
    ]);
  });
});
