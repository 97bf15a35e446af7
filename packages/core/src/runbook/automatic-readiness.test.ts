import { expect, it, test } from "vitest";
import { fallback, passing } from "./automatic-run.fixture.js";
import { against } from "./automatic-run.js";
import { automaticReadiness, type ReadinessOptions } from "./automatic-readiness.js";
import type { Rehearsal } from "./rehearse-runbook.js";
import { runbook, START_MS, step, withoutHealth, withoutUndo } from "./runbook.fixture.js";
import type { Runbook } from "./runbook.js";

const DAY_MS = 86_400_000;

function readiness(book: Runbook, change: Partial<ReadinessOptions> & { readonly others?: readonly Runbook[] } = {}) {
  const { others = [], ...rest } = change;
  return automaticReadiness(book, {
    nowMs: START_MS,
    library: new Map([book, ...others].map((one) => [one.id, one])),
    remediators: new Set(["platform"]),
    fleets: new Set(),
    rehearsals: new Map([[book.id, [passing]]]),
    ...rest,
  });
}
const switching = (change: Parameters<typeof step>[1] = {}) => runbook([step("switch", change)], { id: "fallback" });
const codes = async (...asked: Parameters<typeof readiness>) => (await readiness(...asked)).map(({ code }) => code);

it("finds nothing against a runbook that is rehearsed and sound, whoever owns it", async () => {
  expect(await readiness(fallback)).toEqual([]);
  const { owner: _owner, ...unowned } = fallback;
  expect(await readiness(unowned)).toEqual([]);
});

test("a rehearsal is not too old, not yet to come, and there", async () => {
  const aged = (lastRehearsedMs: number) => readiness({ ...fallback, lastRehearsedMs });
  expect(await aged(START_MS - 90 * DAY_MS)).toEqual([]);
  expect(await aged(START_MS - 90 * DAY_MS - 1)).toEqual([
    against("rehearsal-stale", "The last rehearsal of fallback is older than it may be. Rehearse it again.", [
      "fallback",
    ]),
  ]);
  expect(await aged(START_MS + DAY_MS)).toEqual([
    against("rehearsal-missing", "The last rehearsal of fallback is noted for a day that is yet to come.", [
      "fallback",
    ]),
  ]);
  const { lastRehearsedMs: _never, ...never } = fallback;
  expect(await readiness(never, { rehearsals: new Map() })).toEqual([
    against("rehearsal-missing", "fallback was never rehearsed. Rehearse it, and write down when.", ["fallback"]),
    against("rehearsal-missing", "fallback has no rehearsal that can be played. Write one into its file.", [
      "fallback",
    ]),
  ]);
});

test("each rehearsal is played, and passes", async () => {
  const failing: Rehearsal = { ...passing, name: "it fails", expect: { path: [], ends: "failed" } };
  const strange: Rehearsal = { ...passing, name: "it is of another", steps: { other: {} } };
  const rehearsals = new Map([["fallback", [failing, passing, strange]]]);
  expect(await readiness(fallback, { rehearsals })).toEqual(
    ["it fails", "it is of another"].map((name) =>
      against(
        "rehearsal-failed",
        `The rehearsal "${name}" of fallback fails. See plimsoll runbook rehearse fallback.`,
        ["fallback", name],
      ),
    ),
  );
});

test("a parameter that nobody gives is in the way", async () => {
  const parameters = { where: { description: "Where" } };
  expect(await codes({ ...fallback, parameters }, { rehearsals: new Map([["fallback", []]]) })).toEqual([
    "rehearsal-missing",
    "unplannable",
  ]);
});

test("a dangerous step has approval or an undo", async () => {
  const unsound = async (...asked: Parameters<typeof readiness>) =>
    (await readiness(...asked)).filter(({ code }) => code === "unsound");
  const neither = withoutUndo(step("switch", { risk: "dangerous" }));
  expect(await unsound(runbook([neither]))).toEqual([
    against("unsound", "The step switch is dangerous and runs without approval. Add approval.", [
      "bad-deploy",
      "switch",
    ]),
  ]);
  const approved = { ...neither, approval: true };
  const undone = step("switch", { risk: "dangerous" });
  expect(await unsound(runbook([approved]))).toEqual([]);
  expect(await unsound(runbook([undone]))).toEqual([]);
  // What one step lacks is nothing that another lacks, of another name or in another runbook.
  expect(await unsound(runbook([undone, { ...approved, id: "other" }]))).toEqual([]);
  const calls = step("call", { action: { kind: "runbook", runbook: "sub", parameters: {} } });
  expect(await unsound(runbook([undone, calls]), { others: [runbook([approved], { id: "sub" })] })).toEqual([]);
});

test("the run stops by a check; a runbook within it needs none, and is looked at as well", async () => {
  expect((await codes(withoutHealth(fallback))).filter((code) => code === "unsound")).toEqual(["unsound"]);
  const action = (id: string) => ({ kind: "runbook", runbook: id, parameters: {} }) as const;
  const sub = withoutHealth(
    runbook([withoutUndo(step("drop", { risk: "dangerous" })), step("back", { action: action("fallback") })], {
      id: "sub",
    }),
  );
  const outer = runbook([step("call", { action: action("sub") }), step("gone", { action: action("gone") })], {
    id: "fallback",
  });
  const found = await readiness(outer, { others: [sub] });
  expect(found.filter(({ code }) => code === "unsound")).toEqual([
    against("unsound", "The step drop is dangerous and runs without approval. Add approval.", ["sub", "drop"]),
  ]);
});

test("what it uses is there, as far as that can be told", async () => {
  const nobody = { remediators: new Set<string>() };
  expect(await readiness(fallback, nobody)).toEqual([
    against("unsound", "The step switch calls the remediator platform: there is none here.", ["fallback", "switch"]),
  ]);
  expect(await readiness(fallback, { ...nobody, unheld: new Set(["unknown-remediator"] as const) })).toEqual([]);
  const fleet = { kind: "instances", fleet: "shop", target: "payments", atLeast: 1 } as const;
  expect(await codes(switching({ precondition: fleet }))).toEqual(["unsound"]);
  const shell = { arguments: ["x"], shell: true, environment: [] } as const;
  const shelled = switching({ compensation: { kind: "command", call: shell } });
  expect(await codes(shelled, { allowShell: false })).toEqual(["unsound"]);
  expect(await codes(shelled)).toEqual([]);
});
