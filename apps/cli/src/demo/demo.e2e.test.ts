import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { incidentListSchema, metaSchema, sloListSchema, type IncidentList, type SloList } from "@plimsoll/service/api";
import { freePort, freePorts } from "@plimsoll/tools/components";
import type { z } from "zod";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildProgram, type BuiltProgram } from "../testing/build-program.js";

// The demo for real, in seconds instead of minutes: slices of two seconds. The past is as long as the budget's period, so
// that an outage which the traffic model put into it has long been paid for.
const PATIENCE_MS = 480_000; // against hanging; no expectation of speed
let program: BuiltProgram;
let folder: string;
let demo: ChildProcess;
let printed = "";
let address: string;

beforeAll(async () => {
  program = await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "plimsoll-demo-"));
  const [port, portBase] = [await freePort(), await freePorts(50)];
  address = `http://127.0.0.1:${port}`;
  demo = start("demo", "--port", String(port), "--lab-port-base", String(portBase), "--slice", "2s", "--past", "30d");
  demo.stderr?.on("data", (text: Buffer) => (printed += text.toString()));
  await until("the demo to start", async () => {
    expect(demo.exitCode, printed).toBeNull();
    return printed.includes(`Plimsoll runs: ${address}`);
  });
}, PATIENCE_MS);
afterAll(async () => {
  if (demo.exitCode === null) await ended(demo, () => demo.kill("SIGTERM"));
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

it(
  "opens an incident when payments is broken as is shown, spends its budget, drafts the postmortem once somebody resolves it, and leaves nothing running",
  async () => {
    expect(await read("/api/v1/meta", metaSchema)).toMatchObject({
      demo: true,
      notice: expect.stringContaining("simulated"),
    });
    const before = budgetOf(await slos());
    expect((await slos()).slos.find(({ id }) => id === "payments-availability")?.budget.total).toBeGreaterThan(
      1_000_000,
    );

    // A second terminal in the same folder finds both by itself.
    expect(await plimsoll("lab", "break", "payments", "--errors", "40%")).toMatchObject({ code: 0 });
    await until("an incident", async () => (await incidents()).incidents.some(isOfPayments));
    await until("the budget to fall", async () => budgetOf(await slos()) < before);
    await until("a page", async () =>
      (await plimsoll("slo", "explain", "payments-availability")).out.startsWith("payments-availability pages: "),
    );
    expect((await plimsoll("gate", "--service", "payments")).code).toBe(1);

    // A person ends it here: by itself it ends when the short window of its alert, four minutes, is fine again.
    expect(await plimsoll("lab", "heal")).toMatchObject({ code: 0 });
    const id = (await incidents()).incidents.find(isOfPayments)?.id ?? "";
    expect((await plimsoll("incident", "show", id)).out).toContain("burns its error budget");
    expect(await plimsoll("incident", "acknowledge", id, "--by", "ada")).toMatchObject({ code: 0 });
    const over = await plimsoll("incident", "resolve", id, "--by", "ada", "--reason", "The fault was taken away.");
    expect(over, over.err).toMatchObject({ code: 0 });
    expect((await incidents()).incidents.find(isOfPayments)).toMatchObject({ id, status: "resolved" });
    const postmortem = (await plimsoll("incident", "show", id, "--postmortem")).out;
    expect(postmortem).toMatch(/^# Postmortem: .*burns its error budget/);
    expect(postmortem).toContain("The fault was taken away.");

    expect(await plimsoll("serve", "--config", join(folder, ".plimsoll/demo/plimsoll.yaml"))).toMatchObject({
      code: 3,
    });
    await ended(demo, () => demo.kill("SIGINT"));
    expect(demo.exitCode).toBe(0);
    expect(existsSync(join(folder, ".plimsoll/service.json"))).toBe(false);
    expect((await plimsoll("lab", "status")).code).toBe(3);

    // What was stored is there without a service, too.
    const stored = await plimsoll("incident", "list", "--config", join(folder, ".plimsoll/demo/plimsoll.yaml"));
    expect(stored.err).toContain("No service runs here");
    expect(stored.out).toContain("payments-availability burns its error budget");
  },
  PATIENCE_MS,
);

it("is plain text without colour, and one clear line for what is wrong, when a program reads it", async () => {
  expect((await plimsoll("--help")).out).not.toContain("\u001b");
  expect(await plimsoll("slo", "list", "--address", "http://127.0.0.1:1")).toMatchObject({
    code: 3,
    out: "",
    err: expect.stringMatching(/^plimsoll: [^\n]+\n$/),
  });
  expect((await plimsoll("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

type IncidentSummary = IncidentList["incidents"][number];

function isOfPayments({ sloId, title }: IncidentSummary): boolean {
  return sloId === "payments-availability" && title.includes("burns");
}

function budgetOf({ slos: all }: SloList): number {
  return all.find(({ id }) => id === "payments-availability")?.budget.remainingRatio ?? Number.NaN;
}

const slos = (): Promise<SloList> => read("/api/v1/slos", sloListSchema);
const incidents = (): Promise<IncidentList> => read("/api/v1/incidents", incidentListSchema);

async function read<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
  const answer = await fetch(`${address}${path}`);
  const body = await answer.text();
  expect(answer.status, body).toBe(200);
  return schema.parse(JSON.parse(body));
}

function start(...words: string[]): ChildProcess {
  return spawn(process.execPath, [program.path, ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

async function plimsoll(
  ...words: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = start(...words);
  let out = "";
  let err = "";
  child.stdout?.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (err += text.toString()));
  const code = await ended(child);
  return { code, out, err };
}

function ended(child: ChildProcess, act?: () => void): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("close", (code) => resolve(code));
    act?.();
  });
}

/** Looks again and again; what never comes is a failure, with what was printed. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + PATIENCE_MS / 2;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain for ${what}; printed so far:\n${printed}`);
    await pause(200);
  }
}
