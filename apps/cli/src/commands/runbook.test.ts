import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { folderOfTests, typing } from "../testing/typed-command.js";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/runbooks/runbooks", import.meta.url));
const folder = folderOfTests("runbooks");
const typed = typing("runbook");

function write(text: string): string {
  const directory = mkdtempSync(join(folder, "one-"));
  writeFileSync(join(directory, "one.yaml"), text);
  return directory;
}

describe("plimsoll runbook", () => {
  it("lists and shows what there is", async () => {
    const listed = await typed("list", "--runbooks", EXAMPLES);
    expect([listed.exitCode, listed.out.split("\n")[0]]).toEqual([
      0,
      "bad-deploy  level 3  A deploy broke payments  (error-surge, payments-availability)",
    ]);
    const json = await typed("list", "--runbooks", EXAMPLES, "--output", "json");
    expect((JSON.parse(json.out) as { runbooks: unknown[] }).runbooks).toHaveLength(6);
    const shown = await typed("show", "bad-deploy", "--runbooks", EXAMPLES);
    expect(shown.out).toContain("step roll-back: Take payments back to the version before (dangerous, needs approval)");
    expect(await typed("show", "bad-deplo", "--runbooks", EXAMPLES)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("there is no runbook bad-deplo. There is bad-deploy, ") as unknown,
    });
  });

  it("says of one of level 4 whether the engine may start it, and why not", async () => {
    const book = (more: string) =>
      `version: 1\nrunbook: one\ntitle: One\nlevel: 4\nowner: me\nsymptoms: [payments]\n${more}health: { check: { slo: payments }, within: 1m }\nsteps: [{ id: a, title: A, do: { manual: Look. } }]\n`;
    const rehearsal = "rehearsals: [{ name: well, health: [holds], expect: { path: [], ends: succeeded } }]\n";
    const today = new Date().toISOString().slice(0, 10);
    const ready = write(book(`lastRehearsal: ${today}\n`) + rehearsal);
    const yes = "started by the engine: yes, where automation.mode is act, because it is rehearsed and sound\n";
    expect((await typed("show", "one", "--runbooks", ready)).out).toContain(`\n${yes}`);
    expect((await typed("list", "--runbooks", ready)).out).toBe(`one  level 4  One  (payments)  ${yes}`);
    const json = (await typed("list", "--runbooks", ready, "--output", "json")).out;
    expect(JSON.parse(json)).toMatchObject({ runbooks: [{ automatic: { starts: true, reasons: [] } }] });
    const shown = await typed("show", "one", "--runbooks", write(book("")));
    expect(shown.out).toContain(
      "\nstarted by the engine: no, because one was never rehearsed. Rehearse it, and write down when. one has no rehearsal that can be played.",
    );
    const shipped = JSON.parse((await typed("list", "--runbooks", EXAMPLES, "--output", "json")).out) as {
      readonly runbooks: readonly { readonly id: string; readonly automatic?: unknown }[];
    };
    expect(shipped.runbooks.filter(({ automatic }) => automatic !== undefined).map(({ id }) => id)).toEqual([
      "high-latency",
    ]);
    expect(
      JSON.parse((await typed("show", "bad-deploy", "--runbooks", EXAMPLES, "--output", "json")).out),
    ).not.toHaveProperty("automatic");
  });

  it("rehearses, and fails when a path is not as expected", async () => {
    const passed = await typed("rehearse", "--runbooks", EXAMPLES);
    expect([passed.exitCode, passed.out]).toEqual([0, expect.stringContaining("passed  bad-deploy: nobody approves")]);
    const head =
      "version: 1\nrunbook: one\ntitle: One\nlevel: 3\nsteps: [{ id: a, title: A, do: { manual: Look. } }]\n";
    const wrong = write(`${head}rehearsals: [{ name: wrong, expect: { path: [], ends: succeeded } }]\n`);
    expect(await typed("rehearse", "one", "--runbooks", wrong)).toMatchObject({
      exitCode: 1,
      out: "FAILED  one: wrong\n        1: expected the end, found held: manual\n        2: expected the end, found a: succeeded\n",
    });
    expect(await typed("rehearse", "--runbooks", write(head))).toMatchObject({
      exitCode: 1,
      out: "NONE    one has no rehearsal\n",
    });
    expect(await typed("lint", "--runbooks", write(head))).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining("one  missing-owner: ") as unknown,
    });
  });

  it("holds them against a configuration: its platforms, and a host without a shell", async () => {
    const runbooks = write(`version: 1
runbook: one
title: One
level: 3
owner: us
symptoms: [web]
lastRehearsal: ${new Date().toISOString().slice(0, 10)}
health: { check: { slo: web }, within: 1m }
steps:
  - { id: a, title: A, do: { command: { run: ["ls | wc"], shell: true } }, undo: { manual: Look. } }
  - { id: b, title: B, do: { remedy: { by: lab, remedy: restart, target: web } }, undo: remediator }
`);
    const config = (host: string) => {
      const file = join(write(""), "plimsoll.yaml");
      writeFileSync(file, `version: 1\nservices: { web: { tier: 2 } }\n${host}`);
      return file;
    };
    expect(await typed("lint", "--runbooks", runbooks)).toMatchObject({
      exitCode: 0,
      out: "1 runbooks, no findings.\n",
    });
    const held = await typed("lint", "--runbooks", runbooks, "-c", config(""));
    expect([held.exitCode, held.err]).toEqual([1, ""]);
    expect(held.out.split("\n")).toEqual([
      "one  shell-not-allowed: The step a needs a shell, which its host does not allow. Take the shell out of it, or set allowShell: true under runbookHost.",
      "one  unknown-remediator: The step b calls the remediator lab: there is none here.",
      "1 runbooks, 2 findings.",
      "",
    ]);
    const open = config("runbooks: .\nrunbookHost: { allowShell: true }\n");
    expect(await typed("lint", "--runbooks", runbooks, "-c", open, "--platform", "lab")).toMatchObject({ exitCode: 0 });
  });

  it("finds the alerts that page without a rehearsed runbook, where a configuration is checked too", async () => {
    const folder = write(`version: 1
runbook: one
title: One
level: 3
owner: us
symptoms: [shop]
lastRehearsal: 2020-01-01
health: { check: { slo: web }, within: 1m }
steps: [{ id: a, title: A, do: { manual: Look. } }]
`);
    const config = join(write(""), "plimsoll.yaml");
    const slo = (id: string, service: string) =>
      `  ${id}: { service: ${service}, target: 99%, window: 30d, sli: { kind: events, source: main, query: { bad: up, total: up } }, alerting: { rules: [{ tier: page, share: 2%, window: 1h }, { tier: ticket, share: 10%, window: 1d }] } }\n`;
    writeFileSync(
      config,
      `version: 1
runbooks: ${JSON.stringify(folder)}
sources: { main: { type: scrape, targets: ["http://127.0.0.1:1/metrics"] } }
services: { shop: { tier: 2 }, cart: { tier: 2 } }
slos:
${slo("buying", "shop")}${slo("filling", "cart")}`,
    );
    const buying =
      "The rule page-1h of buying pages without a rehearsed runbook: one would help, but its last rehearsal does not count. Rehearse one, and write down when.";
    const filling =
      "The rule page-1h of filling pages without a rehearsed runbook: no runbook names filling or cart among its symptoms. Write one, and rehearse it.";
    const linted = await typed("lint", "--runbooks", folder, "-c", config);
    expect([linted.exitCode, linted.err]).toEqual([1, ""]);
    expect(linted.out.split("\n").slice(1, 3)).toEqual([
      `buying  page-without-runbook: ${buying}`,
      `filling  page-without-runbook: ${filling}`,
    ]);
    const validate = typing("validate", config);
    const validated = await validate();
    expect([validated.exitCode, validated.err]).toEqual([0, `warning: ${buying}\nwarning: ${filling}\n`]);
    expect(JSON.parse((await validate("--output", "json")).out)).toMatchObject({
      valid: true,
      warnings: [{ sloId: "buying", ruleId: "page-1h" }, { sloId: "filling" }],
    });
  });

  it("shows what a run would do, and does nothing", async () => {
    const dry = await typed("run", "bad-deploy", "--dry-run", "--runbooks", EXAMPLES, "--param", "payments=http://x:1");
    expect([dry.exitCode, dry.err]).toEqual([0, ""]);
    expect(dry.out).toContain("Stops as soon as GET http://x:1/traffic answers 200-299, errorRatio below 0.01.");
    expect(dry.out).toContain("   waits for approval: roll-back\n");
    expect(dry.out.endsWith("\nNothing was done.\n")).toBe(true);
    expect((await typed("run", "bad-deploy", "--runbooks", EXAMPLES)).exitCode).toBe(2);
    const bad = await typed("run", "bad-deploy", "--dry-run", "--runbooks", EXAMPLES, "--param", "payments=a b");
    expect([bad.exitCode, bad.err]).toEqual([2, expect.stringContaining("may hold only letters")]);
    expect((await typed("run", "bad-deploy", "--dry-run", "--runbooks", EXAMPLES, "--param", "x")).exitCode).toBe(2);
  });

  it("names the place of what is wrong in a file", async () => {
    const { err, exitCode } = await typed("list", "--runbooks", write("version: 1\nrunbok: one\n"));
    expect([exitCode, err]).toEqual([2, expect.stringContaining("one.yaml:2:1")]);
  });
});
