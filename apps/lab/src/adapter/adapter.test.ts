import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeContract, fleetContract, remediatorContract } from "@plimsoll/testkit";
import { freePorts } from "@plimsoll/tools/components";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLabState, writeLabState } from "../state-directory.js";
import { startLab, type LabHandle } from "../start-lab.js";
import { PORT_SPAN } from "../topology.js";
import { buildProcesses } from "../testing/build-processes.js";
import { createLabFleet, createLabRemediator } from "./index.js";

// Real processes on a machine that may be busy: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 120_000 };
let lab: LabHandle;
let processesDirectory: string;
let stateDirectory: string;

beforeAll(async () => {
  processesDirectory = await buildProcesses();
  stateDirectory = mkdtempSync(join(tmpdir(), "plimsoll-lab-adapter-"));
  lab = await startLab({
    stateDirectory,
    processesDirectory,
    portBase: await freePorts(PORT_SPAN),
    requestsPerSecond: 0,
  });
}, PATIENCE.timeout);

afterAll(async () => {
  await lab.down();
  for (const directory of [processesDirectory, stateDirectory]) rmSync(directory, { recursive: true, force: true });
}, PATIENCE.timeout);

async function statusOf(name: string) {
  const service = (await lab.status()).services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`No ${name}.`);
  return service;
}

/** A state folder as that of the lab, over which the lab can be made not to answer any more. */
async function coveredState() {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-covered-"));
  const state = readLabState(stateDirectory);
  if (state === undefined) throw new Error("No lab.");
  writeLabState(directory, state);
  let server: Server | undefined;
  return {
    directory,
    async hang() {
      server = createServer(() => undefined).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      writeLabState(directory, { ...state, controlUrl: `http://127.0.0.1:${port}` });
    },
    async close() {
      server?.closeAllConnections();
      server?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function clearRecords(): void {
  rmSync(join(stateDirectory, "remedies"), { recursive: true, force: true });
}

describeContract({ describe, it: (name, body) => it(name, PATIENCE, body) }, remediatorContract, async () => {
  const { close, directory, hang } = await coveredState();
  await lab.scale({ service: "catalog", instances: 2 });
  return {
    remediator: createLabRemediator({ stateDirectory: directory }),
    remedy: { remedy: "scale-out", target: "catalog", parameters: { by: 1 } },
    state: async () => (await statusOf("catalog")).instances.map(({ name, state }) => `${name} ${state}`),
    hang,
    patienceMs: 60_000,
    close,
  };
});

describeContract({ describe, it: (name, body) => it(name, PATIENCE, body) }, remediatorContract, async () => {
  const { close, directory, hang } = await coveredState();
  await lab.route({ service: "payments", fallback: 0.25 });
  return {
    remediator: createLabRemediator({ stateDirectory: directory }),
    remedy: { remedy: "route-provider", target: "payments", parameters: { fallback: 0.75 } },
    state: async () => (await statusOf("payments")).routing?.fallback ?? null,
    hang,
    patienceMs: 60_000,
    close,
  };
});

describeContract({ describe, it: (name, body) => it(name, PATIENCE, body) }, fleetContract, () => {
  let away = false;
  const client = { status: () => (away ? Promise.reject(new Error("the lab is away")) : lab.status()) };
  return {
    fleet: createLabFleet({ client }),
    target: "checkout",
    count: 2,
    sicken: async () => void (await lab.break({ service: "checkout", faults: [{ kind: "crash" }] })),
    fail: async () => void (away = true),
    close: async () => void (await lab.heal()),
  };
});

describe("a bad version of the lab", () => {
  it("fails a share of the requests until it is rolled back, and comes again with the undo", PATIENCE, async () => {
    clearRecords();
    await lab.scale({ service: "catalog", instances: 2 });
    const remediator = createLabRemediator({ stateDirectory });
    const url = `${(await statusOf("catalog")).address}/products/7`;
    const failures = async (): Promise<number> => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(url)));
      return answers.filter(({ status }) => status === 500).length;
    };
    expect(await failures()).toBe(0);
    const bad = await lab.deploy({ service: "catalog", version: "v2", defect: { errors: 1 } });
    expect(bad.versions).toEqual(["v1", "v2"]);
    expect(bad.instances.map(({ version }) => version)).toEqual(["v2", "v2"]);
    expect(await failures()).toBe(20);
    const remedy = { remedy: "roll-back", target: "catalog", parameters: {} };
    expect(await remediator.prepare(remedy)).toEqual({
      kind: "ready",
      would: "take catalog from version v2 to v1",
      touches: ["catalog-1", "catalog-2"],
      undoable: true,
    });
    const order = { remedy, idempotencyKey: "run/roll-back", fencing: { key: "run", token: 1 }, timeoutMs: 60_000 };
    expect(await remediator.execute(order)).toMatchObject({ kind: "succeeded", summary: "catalog is at v1 again" });
    expect((await statusOf("catalog")).versions).toEqual(["v1"]);
    expect(await failures()).toBe(0);
    expect(await remediator.undo(order)).toMatchObject({ kind: "succeeded", summary: "catalog is at v2 again" });
    expect((await statusOf("catalog")).versions).toEqual(["v1", "v2"]);
    expect(await failures()).toBe(20);
    await lab.rollBack({ service: "catalog" });
    expect(await failures()).toBe(0);
  });

  it("is refused where it cannot be", PATIENCE, async () => {
    clearRecords();
    const remediator = createLabRemediator({ stateDirectory });
    await lab.route({ service: "payments", fallback: 0.5 });
    const prepare = async (remedy: string, parameters: object, target = "payments") => {
      const preparation = await remediator.prepare({ remedy, target, parameters: { ...parameters } });
      return "reason" in preparation ? `${preparation.kind}: ${preparation.reason}` : preparation.kind;
    };
    expect([
      await prepare("roll-back", {}),
      await prepare("roll-back", { to: "v1" }),
      await prepare("roll-back", { to: "v7" }),
      await prepare("scale-out", { by: 7 }),
      await prepare("scale-out", { by: 0 }),
      await prepare("route-provider", {}),
      await prepare("route-provider", { fallback: 1.01 }),
      await prepare("route-provider", { fallback: 0.5 }),
      await prepare("route-provider", { fallback: 0.5 }, "catalog"),
      await prepare("roll-back", {}, "billing"),
    ]).toEqual([
      "refused: there is no version before v1",
      "nothing-to-do: it is at v1 already",
      "refused: there was no version v7; there were v1",
      "refused: 10 instances are more than the 9 that there is room for",
      expect.stringContaining("refused: the parameters of scale-out do not fit: by"),
      expect.stringContaining("refused: the parameters of route-provider do not fit: fallback"),
      expect.stringContaining("refused: the parameters of route-provider do not fit: fallback"),
      "nothing-to-do: 50 % go to the fallback bank already",
      "refused: it calls no bank, so there is nothing to route",
      "refused: The lab has no service billing. It has gateway, catalog, checkout, payments.",
    ]);
    await expect(lab.rollBack({ service: "payments" })).rejects.toMatchObject({ code: "unknown-version" });
  });

  it("does not answer for a lab that is not there", async () => {
    const directory = mkdtempSync(join(tmpdir(), "plimsoll-no-lab-"));
    const remediator = createLabRemediator({ stateDirectory: directory });
    const remedy = { remedy: "scale-out", target: "payments", parameters: {} };
    const order = { remedy, idempotencyKey: "k", fencing: { key: "run", token: 1 }, timeoutMs: 1_000 };
    expect(await remediator.execute(order)).toMatchObject({ kind: "failed", retryable: true, mayHaveActed: false });
    expect((await createLabFleet({ stateDirectory: directory }).instances("payments")).kind).toBe("unknown");
    rmSync(directory, { recursive: true, force: true });
  });
});

describe("saturation", () => {
  it("is relieved by more instances, which share it", PATIENCE, async () => {
    const { address } = await statusOf("catalog");
    await lab.break({ service: "catalog", faults: [{ kind: "saturation", workMs: 300 }] });
    const slowest = async (): Promise<number> => {
      const took = await Promise.all(
        Array.from({ length: 12 }, async () => {
          const before = performance.now();
          await fetch(`${address}/products/3`);
          return performance.now() - before;
        }),
      );
      return Math.max(...took);
    };
    // Twelve requests of 300 ms each, one after the other on each of two instances.
    expect(await slowest()).toBeGreaterThanOrEqual(1_790);
    const traffic = (await (await fetch(`${address}/traffic`)).json()) as { readonly p95Ms: number };
    expect(traffic.p95Ms).toBeGreaterThan(1_000);
    const scaled = await lab.scale({ service: "catalog", instances: 6 });
    expect(scaled.instances.map(({ faults }) => faults.length)).toEqual([1, 1, 1, 1, 1, 1]);
    await slowest();
    const served = await Promise.all(scaled.instances.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    expect(served.every((page) => /http_requests_total\{[^}]*code="200"[^}]*\} [1-9]/.test(page))).toBe(true);
    await lab.scale({ service: "catalog", instances: 2 });
    await lab.heal();
  });
});
