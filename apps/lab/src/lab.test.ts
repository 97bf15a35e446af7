import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { freePorts } from "@plimsoll/tools/components";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { callService, type CallOutcome } from "./http/call-service.js";
import { createLabClient } from "./lab-client.js";
import type { LabStatus } from "./control-protocol.js";
import type { LabError } from "./lab-error.js";
import { startLab, type LabHandle, type StartLabOptions } from "./start-lab.js";
import { buildProcesses } from "./testing/build-processes.js";
import { readMetric } from "./testing/read-metric.js";
import { labAddresses, listeningProcesses, PORT_SPAN, type LabAddresses, type ServiceName } from "./topology.js";

// Real processes on a machine that may be busy: bounds against hanging, not expectations of speed.
const PATIENCE = { timeout: 90_000 };

let processesDirectory: string;
const stateDirectories: string[] = [];
const labs: LabHandle[] = [];
let sharedLab: Promise<LabHandle> | undefined;

beforeAll(async () => {
  processesDirectory = await buildProcesses();
}, PATIENCE.timeout);

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.down().catch(() => undefined);
  await (await sharedLab)?.heal();
}, PATIENCE.timeout);

afterAll(async () => {
  await (await sharedLab)?.down();
  for (const directory of [processesDirectory, ...stateDirectories])
    rmSync(directory, { recursive: true, force: true });
}, PATIENCE.timeout);

function newStateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-lab-state-"));
  stateDirectories.push(directory);
  return directory;
}

async function startAnyLab(options: StartLabOptions): Promise<LabHandle> {
  const places = { stateDirectory: newStateDirectory(), portBase: await freePorts(PORT_SPAN), processesDirectory };
  return startLab({ ...places, requestsPerSecond: 0, ...options });
}

/** Starts a lab for one test; without load, so that the test's own requests are all there are. */
async function startQuietLab(options: StartLabOptions = {}): Promise<LabHandle> {
  const lab = await startAnyLab(options);
  labs.push(lab);
  return lab;
}

/** The lab for tests that leave it running; it is healed after each. */
function quietLab(): Promise<LabHandle> {
  sharedLab ??= startAnyLab({});
  return sharedLab;
}

/** Polls until the value is as wanted; the test's own time limit is the bound. */
async function eventually<Value>(read: () => Promise<Value>, isWanted: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

const send = (url: string, method: "GET" | "POST", path: string, body?: object): Promise<CallOutcome> =>
  callService({
    url,
    method,
    path,
    requestId: crypto.randomUUID(),
    body: body === undefined ? "" : JSON.stringify(body),
    timeoutMs: 60_000,
  });

/** Sends purchases, ten at a time, and counts the answers by code. */
async function buy(gatewayUrl: string, count: number): Promise<Readonly<Record<string, number>>> {
  const codes: Record<string, number> = {};
  let left = count;
  const visitor = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const outcome = await send(gatewayUrl, "POST", "/checkout", { product: 7 });
      const code = outcome.kind === "answered" ? String(outcome.code) : outcome.kind;
      codes[code] = (codes[code] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 10 }, visitor));
  return codes;
}

async function metricsOf(url: string): Promise<string> {
  const outcome = await send(url, "GET", "/metrics");
  if (outcome.kind !== "answered") throw new Error(`No metrics from ${url}: ${outcome.kind}.`);
  return outcome.body;
}

/** A matcher, typed as what it is compared with: vitest has it as any. */
const textWith = (part: string): unknown => expect.stringContaining(part);

function service(addresses: LabAddresses, name: ServiceName): LabAddresses["services"][number] {
  const found = addresses.services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No ${name}.`);
  return found;
}

function statusOf(status: LabStatus, name: ServiceName): LabStatus["services"][number] {
  const found = status.services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No ${name}.`);
  return found;
}

function pidsOf(status: LabStatus): readonly number[] {
  const processes = [
    status.load.process,
    ...status.services.flatMap(({ balancer, instances }) => [balancer, ...instances]),
    ...status.banks.flatMap(({ instances }) => instances),
  ];
  return [status.supervisor.pid, ...processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function refusesConnections(url: string): Promise<boolean> {
  const outcome = await send(url, "GET", "/healthz");
  return outcome.kind === "failed" && outcome.reason === "ECONNREFUSED";
}

describe("a lab", () => {
  it("serves, breaks by the share that was asked, heals, survives a crash, and leaves nothing", PATIENCE, async () => {
    const steps: string[] = [];
    const lab = await startQuietLab({ onProgress: (message) => steps.push(message) });
    const gateway = service(lab.addresses, "gateway").balancer.url;
    const payments = service(lab.addresses, "payments");
    const countPayments = async (labels: Readonly<Record<string, string>>): Promise<number> =>
      readMetric(await metricsOf(payments.balancer.url), "http_requests_total", { service: "payments", ...labels });
    expect(steps).toHaveLength(6);

    // Up: requests flow through all tiers.
    expect(await send(gateway, "GET", "/products/7")).toMatchObject({ kind: "answered", code: 200 });
    expect(await send(gateway, "GET", "/products/501")).toMatchObject({ kind: "answered", code: 404 });
    expect(await send(gateway, "GET", "/nowhere")).toMatchObject({ kind: "answered", code: 404 });
    expect(await buy(gateway, 60)).toEqual({ 200: 60 });
    expect(await countPayments({ code: "200" })).toBe(60);

    // Broken: 40 % of the payments fail, and every failed payment is one failed purchase.
    const broken = await lab.break({ service: "payments", faults: [{ kind: "errors", ratio: 0.4 }] });
    expect(broken.instances.map(({ faults }) => faults)).toEqual([1, 2, 3].map(() => [{ kind: "errors", ratio: 0.4 }]));
    const sent = 600;
    const answers = await buy(gateway, sent);
    const failed = await countPayments({ code: "500" });
    const sixDeviations = 6 * Math.sqrt(sent * 0.4 * 0.6);
    expect(Math.abs(failed - sent * 0.4)).toBeLessThan(sixDeviations);
    expect(answers).toEqual({ 200: sent - failed, 502: failed });
    const pages = await Promise.all(payments.instances.map(({ url }) => metricsOf(url)));
    expect(pages.reduce((sum, page) => sum + readMetric(page, "http_requests_total", { code_class: "5xx" }), 0)).toBe(
      failed,
    );

    // Healed: not one more.
    await lab.heal({ service: "payments" });
    expect(await buy(gateway, 100)).toEqual({ 200: 100 });
    expect(await countPayments({ code_class: "5xx" })).toBe(failed);

    // One instance crashes: the others share its work.
    const before = statusOf(await lab.status(), "payments").instances[0];
    const crashed = await lab.break({ service: "payments", faults: [{ kind: "crash" }] });
    expect(crashed.instances.map(({ state, pid }) => [state, pid === undefined])).toEqual([
      ["crashed", true],
      ["running", false],
      ["running", false],
    ]);
    expect(isAlive(before?.pid ?? 0)).toBe(false);
    const backendUp = async (): Promise<number> =>
      readMetric(await metricsOf(payments.balancer.url), "lab_balancer_backend_up", { backend: "payments-1" });
    await eventually(backendUp, (up) => up === 0);
    expect(await buy(gateway, 60)).toEqual({ 200: 60 });
    await lab.heal();
    await eventually(backendUp, (up) => up === 1);
    expect(await send(payments.instances[0]?.url ?? "", "GET", "/healthz")).toMatchObject({ code: 200 });

    // Down: no process, no open port, no state.
    const pids = pidsOf(await lab.status());
    expect(pids).toHaveLength(17);
    await lab.down();
    await lab.ended;
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync(lab.stateDirectory)).toEqual(["logs"]);
    await expect(lab.status()).rejects.toMatchObject({ code: "not-running", message: textWith("plimsoll lab up") });
  });

  it("starts what dies unasked again, with the faults it had", PATIENCE, async () => {
    const lab = await quietLab();
    const instanceOf = async () => statusOf(await lab.status(), "payments").instances[1];
    const before = await lab.break({ service: "payments", faults: [{ kind: "errors", ratio: 1 }], instance: 2 });
    expect(before.instances.map(({ faults }) => faults.length)).toEqual([0, 1, 0]);
    const pid = before.instances[1]?.pid ?? 0;
    process.kill(pid, "SIGKILL");
    const after = await eventually(instanceOf, (one) => one?.state === "running" && one.pid !== pid);
    expect(after).toMatchObject({ restarts: 1, faults: [{ kind: "errors", ratio: 1 }] });
    expect(await send(after?.url ?? "", "POST", "/payments", { amountCents: 1 })).toMatchObject({ code: 500 });
  });

  it("slows every request down by at least the latency that was asked, and fails none", PATIENCE, async () => {
    const lab = await quietLab();
    const catalog = service(lab.addresses, "catalog").balancer.url;
    await lab.break({ service: "catalog", faults: [{ kind: "latency", addedMs: 300, ratio: 1 }] });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send(catalog, "GET", "/products/3")));
    expect(outcomes.every((outcome) => outcome.kind === "answered" && outcome.code === 200)).toBe(true);
    const page = await metricsOf(catalog);
    const bucket = (le: string): number =>
      readMetric(page, "http_request_duration_seconds_bucket", { service: "catalog", route: "/products", le });
    expect([bucket("0.25"), bucket("+Inf")]).toEqual([0, 20]);
  });

  it(
    "fails the payments that a broken bank was to charge, and only those, by the share that goes to it",
    PATIENCE,
    async () => {
      const lab = await quietLab();
      const gateway = service(lab.addresses, "gateway").balancer.url;
      const route = (fallback: number) => lab.route({ service: "payments", fallback });
      const charges = async (bank: string): Promise<number> => {
        const url = lab.addresses.banks.find(({ name }) => name === bank)?.url ?? "";
        return readMetric(await metricsOf(url), "http_requests_total", { service: bank, route: "/charges" });
      };
      const before = await charges("bank");
      expect(await buy(gateway, 30)).toEqual({ 200: 30 });
      expect([(await charges("bank")) - before, await charges("bank-fallback")]).toEqual([30, 0]);

      const broken = await lab.break({ service: "bank", faults: [{ kind: "errors", ratio: 1 }] });
      expect(broken).toMatchObject({
        name: "bank",
        instances: [{ name: "bank", faults: [{ kind: "errors", ratio: 1 }] }],
      });
      expect(await buy(gateway, 30)).toEqual({ 502: 30 });

      expect((await route(0.5)).routing).toEqual({ fallback: 0.5 });
      const sent = 300;
      const answers = await buy(gateway, sent);
      const sixDeviations = 6 * Math.sqrt(sent * 0.5 * 0.5);
      expect(Math.abs((answers["200"] ?? 0) - sent * 0.5)).toBeLessThan(sixDeviations);
      expect(await charges("bank-fallback")).toBe(answers["200"]);

      // An instance that is started anew is told, and so is one that is added.
      const routed = await route(1);
      process.kill(routed.instances[0]?.pid ?? 0, "SIGKILL");
      const [url = ""] = routed.instances.map((one) => one.url);
      await lab.scale({ service: "payments", instances: 4 });
      await eventually(
        async () => statusOf(await lab.status(), "payments").instances,
        (all) => all[0]?.restarts === 1 && all.every(({ state }) => state === "running"),
      );
      const routings = routed.instances.map(({ port }) => port).concat(Number(new URL(url).port) + 3);
      for (const port of routings) {
        expect(await send(`http://127.0.0.1:${port}`, "GET", "/routing")).toMatchObject({ body: '{"fallback":1}' });
      }
      expect(await buy(gateway, 30)).toEqual({ 200: 30 });

      // To heal takes nothing back: where the charges go is the shop's own.
      await lab.heal({ service: "bank" });
      expect(statusOf(await lab.status(), "payments").routing).toEqual({ fallback: 1 });
      await route(0);
      await lab.scale({ service: "payments", instances: 3 });
      await lab.break({ service: "bank", faults: [{ kind: "crash" }] });
      expect(await buy(gateway, 10)).toEqual({ 502: 10 });
      await lab.heal();
      expect(await buy(gateway, 10)).toEqual({ 200: 10 });
    },
  );

  it("takes a payment whose bank does not answer in time for failed", PATIENCE, async () => {
    const lab = await quietLab();
    await lab.break({ service: "bank", faults: [{ kind: "latency", addedMs: 10_000, ratio: 1 }] });
    const payments = service(lab.addresses, "payments").balancer.url;
    const outcome = await send(payments, "POST", "/payments", { amountCents: 1 });
    expect(outcome).toMatchObject({ code: 500, body: textWith("payment failed") });
  });

  it("is loaded by visitors of its own, whose view is in the status, in metrics and in a log", PATIENCE, async () => {
    const lab = await startQuietLab({ requestsPerSecond: 50 });
    const status = await eventually(
      () => lab.status(),
      (one) => one.load.traffic.requestsPerSecond > 0 && statusOf(one, "payments").traffic.errorRatio === 0,
    );
    expect(status.load).toMatchObject({ requestsPerSecondWanted: 50, traffic: { errorRatio: 0 } });
    await lab.break({ service: "catalog", faults: [{ kind: "errors", ratio: 1 }] });
    await eventually(
      () => lab.status(),
      (one) =>
        (one.load.routes["/products"]?.errorRatio ?? 0) > 0 && (statusOf(one, "gateway").traffic.errorRatio ?? 0) > 0,
    );
    const page = await metricsOf(lab.addresses.load.url);
    expect(readMetric(page, "lab_client_requests_total", { route: "/products", code: "500" })).toBeGreaterThan(0);
    expect(readMetric(page, "lab_client_request_duration_seconds_count", { route: "/checkout" })).toBeGreaterThan(0);
    await lab.down();
    const lines = (name: string): readonly Record<string, unknown>[] =>
      readFileSync(join(lab.stateDirectory, "logs", `${name}.access.jsonl`), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const failure = lines("load").find(({ code }) => code === 500);
    expect(failure).toMatchObject({ method: "GET", path: expect.stringMatching(/^\/products\/\d+$/) as unknown });
    // One identifier follows the request through the tiers.
    const trail = ["catalog-1", "catalog-2"]
      .flatMap(lines)
      .filter(({ requestId }) => requestId === failure?.["requestId"]);
    expect(trail).toMatchObject([{ service: "catalog", code: 500 }]);
  });

  it("ends with its supervisor, even when that is killed; what is left stands in nobody's way", PATIENCE, async () => {
    const killed = await startQuietLab();
    process.kill(killed.supervisorPid, "SIGKILL");
    await killed.ended;
    for (const { url } of listeningProcesses(killed.addresses))
      await eventually(() => refusesConnections(url), Boolean);
    await expect(killed.status()).rejects.toMatchObject({ code: "not-running" });

    const next = await startQuietLab({ stateDirectory: killed.stateDirectory });
    const pids = pidsOf(await next.status());
    process.kill(next.supervisorPid, "SIGTERM");
    await next.ended;
    expect(pids.filter(isAlive)).toEqual([]);
    expect(readdirSync(next.stateDirectory)).toEqual(["logs"]);
  });
});

describe("the program that starts a lab", () => {
  /** Runs a program of its own that starts a lab and then has nothing more to do. */
  const startFromElsewhere = (options: StartLabOptions): ChildProcess => {
    const library = pathToFileURL(join(processesDirectory, "index.js")).href;
    const source = `import { startLab } from ${JSON.stringify(library)}; await startLab(JSON.parse(process.argv[1]));`;
    return spawn(
      process.execPath,
      ["--input-type=module", "-e", source, JSON.stringify({ processesDirectory, ...options })],
      {
        stdio: "inherit",
      },
    );
  };
  const exitOf = (program: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => program.once("exit", (code) => resolve(code)));

  it("takes the lab down with it when it is killed", PATIENCE, async () => {
    const [stateDirectory, portBase] = [newStateDirectory(), await freePorts(PORT_SPAN)];
    const program = startFromElsewhere({ stateDirectory, portBase, requestsPerSecond: 0 });
    const exit = exitOf(program);
    const { load } = labAddresses(portBase);
    await eventually(
      () => refusesConnections(load.url),
      (refused) => !refused,
    );
    program.kill("SIGKILL");
    await exit;
    for (const { url } of listeningProcesses(labAddresses(portBase)))
      await eventually(() => refusesConnections(url), Boolean);
    // Its ports are closed before its state file is gone.
    await eventually(
      async () => readdirSync(stateDirectory),
      (names) => names.join() === "logs",
    );
  });

  it("may end before the lab when it asks for that, and anyone with the folder can end the lab", PATIENCE, async () => {
    const [stateDirectory, portBase] = [newStateDirectory(), await freePorts(PORT_SPAN)];
    const program = startFromElsewhere({ stateDirectory, portBase, requestsPerSecond: 0, detached: true });
    expect(await exitOf(program)).toBe(0);
    const client = createLabClient(stateDirectory);
    const pids = pidsOf(await client.status());
    expect(pids).toHaveLength(17);
    await client.down();
    expect(pids.slice(1).filter(isAlive)).toEqual([]);
  });
});

describe("the control API", () => {
  it("is for the owner of the state file only", PATIENCE, async () => {
    const lab = await quietLab();
    const file = join(lab.stateDirectory, "lab.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(readFileSync(file, "utf8")) as { token: string };
    for (const authorization of ["", "Bearer ", "Bearer wrong", token]) {
      const answer = await fetch(`${lab.addresses.control.url}/status`, { headers: { authorization } });
      const body = await answer.text();
      expect({ status: answer.status, leaks: body.includes(token) }).toEqual({ status: 401, leaks: false });
    }
    const post = async (path: string, body: string): Promise<unknown> => {
      const url = `${lab.addresses.control.url}${path}`;
      const answer = await fetch(url, { method: "POST", body, headers: { authorization: `Bearer ${token}` } });
      return { status: answer.status, body: await answer.json() };
    };
    const invalid = (message: string): unknown => ({
      status: 400,
      body: { error: { code: "invalid-input", message: textWith(message) } },
    });
    expect(await post("/break", "{")).toEqual(invalid("not JSON"));
    expect(await post("/break", '{"service":"payments","faults":[{"kind":"errors","ratio":40}]}')).toEqual(
      invalid("faults.0.ratio"),
    );
    expect(await post("/break", '{"service":"payments","faults":[]}')).toEqual(invalid("faults"));
    expect(await post("/brake", "{}")).toEqual(invalid("POST /break, /heal"));
  });

  it("names what there is when asked for what there is not", PATIENCE, async () => {
    const lab = await quietLab();
    const faults = [{ kind: "crash" }] as const;
    await expect(lab.break({ service: "billing", faults })).rejects.toMatchObject({
      code: "unknown-service",
      message: 'The lab has no service "billing". It has gateway, catalog, checkout, payments, bank, bank-fallback.',
    });
    await expect(lab.route({ service: "catalog", fallback: 0.5 })).rejects.toMatchObject({
      code: "invalid-input",
      message: "catalog calls no bank. What can be routed is payments.",
    });
    await expect(lab.scale({ service: "bank", instances: 2 })).rejects.toMatchObject({ code: "unknown-service" });
    await expect(lab.heal({ service: "billing" })).rejects.toMatchObject({ code: "unknown-service" });
    await expect(lab.break({ service: "payments", faults, instance: 4 })).rejects.toMatchObject({
      code: "unknown-instance",
      message: "payments has no instance 4. It has 1 to 3, or say all.",
    });
  });
});

describe("a lab that cannot start", () => {
  it("says which port is in use and what to do, and leaves nothing behind", PATIENCE, async () => {
    const portBase = await freePorts(PORT_SPAN);
    const taken = labAddresses(portBase).services[3]?.instances[0]?.port ?? 0;
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(taken, "127.0.0.1", resolve));
    const stateDirectory = newStateDirectory();
    const failure = await startQuietLab({ portBase, stateDirectory }).catch((error: unknown) => error);
    await new Promise((resolve) => holder.close(resolve));
    expect(failure).toMatchObject({ code: "port-in-use" });
    expect((failure as LabError).message).toMatch(
      new RegExp(`^Port ${taken} on 127.0.0.1 is in use, and payments-1 needs it.*--port-base`),
    );
    expect(readdirSync(stateDirectory)).toEqual(["logs"]);
  });

  it("says that one already runs here, and leaves that alone", PATIENCE, async () => {
    const lab = await quietLab();
    const second = startLab({
      stateDirectory: lab.stateDirectory,
      portBase: await freePorts(PORT_SPAN),
      processesDirectory,
    });
    await expect(second).rejects.toMatchObject({ code: "already-running", message: textWith("plimsoll lab down") });
    expect(statusOf(await lab.status(), "payments").instances.every(({ state }) => state === "running")).toBe(true);
  });

  it("says which process did not start and where its log is, and leaves nothing behind", PATIENCE, async () => {
    const incomplete = newStateDirectory();
    cpSync(processesDirectory, incomplete, { recursive: true, filter: (path) => !path.endsWith("balancer.js") });
    const [stateDirectory, portBase] = [newStateDirectory(), await freePorts(PORT_SPAN)];
    await expect(startQuietLab({ processesDirectory: incomplete, stateDirectory, portBase })).rejects.toMatchObject({
      code: "start-failed",
      message: `gateway-balancer did not start: it ended before it listened. See ${join(stateDirectory, "logs", "gateway-balancer.log")}.`,
    });
    expect(readdirSync(stateDirectory)).toEqual(["logs"]);
    for (const { url } of listeningProcesses(labAddresses(portBase))) expect(await refusesConnections(url)).toBe(true);
  });

  it("refuses a port base and a rate that cannot be, and a folder that it cannot use", async () => {
    const start = (options: StartLabOptions): Promise<LabHandle> =>
      startLab({ stateDirectory: newStateDirectory(), processesDirectory, ...options });
    await expect(start({ portBase: 80 })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(start({ portBase: 65_500 })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(start({ requestsPerSecond: -1 })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(start({ requestsPerSecond: Number.NaN })).rejects.toMatchObject({ code: "invalid-input" });
    await expect(start({ stateDirectory: "/dev/null/lab" })).rejects.toMatchObject({ code: "state-directory" });
  });

  it("is told from one that is not there by its client", async () => {
    await expect(
      createLabClient(newStateDirectory()).break({ service: "payments", faults: [{ kind: "crash" }] }),
    ).rejects.toMatchObject({
      code: "not-running",
    });
  });
});
