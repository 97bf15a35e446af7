import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandCall, HttpCall, StepOutcome } from "@plimsoll/core";
import { describeContract, stepRunnerContract, type CalledBehaviour, type StepRunnerHarness } from "@plimsoll/testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHostStepRunner } from "./host-step-runner.js";
import { createLinkChecker } from "./link-checker.js";

const SECRET = "tok-9b1e77-very-secret";
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function serve(port = 0) {
  let behaviour: CalledBehaviour = { kind: "status", status: 200 };
  const received: string[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      received.push(`${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)} ${body}`);
      if (behaviour.kind !== "status") return;
      outgoing.writeHead(behaviour.status).end(behaviour.body ?? "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  servers.push(server);
  const { port: taken } = server.address() as AddressInfo;
  const behave = async (next: CalledBehaviour): Promise<void> => {
    behaviour = next;
    if (next.kind === "refuse") await close(server);
  };
  return { url: `http://127.0.0.1:${taken}`, behave, received: () => received };
}

function program(...words: readonly [string, ...string[]]): CommandCall {
  return { arguments: words, shell: false, environment: [] };
}

function script(source: string, change: Partial<CommandCall> = {}): CommandCall {
  return { ...program(process.execPath, "-e", source), ...change };
}

const runner = createHostStepRunner(
  { redact: [SECRET] },
  { environment: { API_TOKEN: SECRET, PLACE: "west", OTHER: "x" } },
);

function run(call: CommandCall, timeoutMs = 20_000): Promise<StepOutcome> {
  return runner.run({ action: { kind: "command", call }, idempotencyKey: "key-1", timeoutMs });
}

describeContract({ describe, it }, stepRunnerContract, async (): Promise<StepRunnerHarness> => {
  const server = await serve();
  return {
    runner: createHostStepRunner(
      { secretHeaders: { shop: { origins: [server.url], headers: { authorization: `Bearer ${SECRET}` } } } },
      { environment: {} },
    ),
    http: {
      call: {
        method: "POST",
        url: `${server.url}/do`,
        headers: {},
        secretHeaders: "shop",
        body: { go: true },
        status: [{ from: 200, to: 200 }],
      },
      behave: server.behave,
      received: server.received,
    },
    commands: {
      succeeds: program("true"),
      fails: program("false"),
      hangs: program("sleep", "60"),
      missing: program("no-such-program-7"),
    },
    secret: SECRET,
    patienceMs: 20_000,
  };
});

describe("a program on this host", () => {
  it("gets its arguments as they are, and no shell reads them", async () => {
    const outcome = await run(program("printf", "%s|", "$(id)", "a b", "; rm -rf /", "`x`", "*"));
    expect(outcome).toMatchObject({ kind: "succeeded", data: { output: "$(id)|a b|; rm -rf /|`x`|*|" } });
  });

  it("sees the variables that it names, its key, a safe path, and nothing else", async () => {
    const outcome = await run(program("env"));
    expect(lines(outcome)).toEqual([
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "PLIMSOLL_IDEMPOTENCY_KEY=key-1",
    ]);
    const named = await run({ ...program("env"), environment: ["PLACE", "NOT_THERE", "API_TOKEN"] });
    expect(lines(named)).toContain("PLACE=west");
    expect(lines(named)).toContain("API_TOKEN=[secret]");
    expect(lines(named).join()).not.toContain("OTHER");
    const check = await runner.check({ check: { kind: "command", call: program("env") }, timeoutMs: 20_000 });
    expect(check.saw).not.toContain("PLIMSOLL");
  });

  it("uses a shell only where the host and the runbook say so", async () => {
    const call: CommandCall = { arguments: ["echo one | tr a-z A-Z"], shell: true, environment: [] };
    expect(await run(call)).toMatchObject({
      kind: "failed",
      reason: "not started: this host runs no shell for runbooks",
      mayHaveActed: false,
    });
    const shells = createHostStepRunner({ allowShell: true }, { environment: {} });
    expect(
      await shells.run({ action: { kind: "command", call }, idempotencyKey: "k", timeoutMs: 20_000 }),
    ).toMatchObject({ kind: "succeeded", summary: "ended with 0: ONE" });
  });

  it("runs where it is told to", async () => {
    expect(await run({ ...program("pwd"), directory: "/" })).toMatchObject({ data: { output: "/" } });
    expect(await run({ ...program("pwd"), directory: "/no/such/place" })).toMatchObject({
      kind: "failed",
      mayHaveActed: false,
    });
  });

  it("is ended at its timeout with everything that it started, also what does not listen", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-host-"));
    const file = join(folder, "pid");
    const stubborn = `
      process.on("SIGTERM", () => {});
      const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]);
      require("node:fs").writeFileSync(${JSON.stringify(file)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const outcome = await run(script(stubborn), 1_500);
    expect(outcome).toMatchObject({ kind: "failed", reason: "it did not end within 1500 ms", mayHaveActed: true });
    if (existsSync(file)) {
      const pid = Number(readFileSync(file, "utf8"));
      await gone(pid);
    }
  });

  it("leaves nothing behind in its group when it ends by itself", async () => {
    const leaves = `const child = require("node:child_process").spawn("sleep", ["600"], { stdio: "inherit" }); console.log(child.pid); child.unref(); process.exit(0);`;
    const outcome = await run(script(leaves));
    expect(outcome.kind).toBe("succeeded");
    await gone(Number(lines(outcome)[0]));
  });

  it("is ended when it is cancelled, and not begun when that came first", async () => {
    const cancel = new AbortController();
    const action = { kind: "command", call: program("sleep", "600") } as const;
    const work = runner.run({ action, idempotencyKey: "k", timeoutMs: 60_000, cancel: cancel.signal });
    cancel.abort();
    expect(await work).toMatchObject({ kind: "failed", reason: "it was cancelled", mayHaveActed: true });
    const never = await runner.run({ action, idempotencyKey: "k", timeoutMs: 60_000, cancel: cancel.signal });
    expect(never).toMatchObject({ kind: "failed", reason: "not started: it was cancelled", mayHaveActed: false });
  });

  it("has the end of what it printed kept, and no secret in it, wherever the cut goes", async () => {
    const much = await run(script(`process.stdout.write("x".repeat(200000) + "the end")`));
    const [output] = [lines(much).join("\n")];
    expect(output).toHaveLength(8_192);
    expect(output?.endsWith("xthe end")).toBe(true);
    const many = await run(script(`process.stdout.write(${JSON.stringify(SECRET)}.repeat(20000))`));
    expect(lines(many).join("")).not.toContain(SECRET.slice(-8));
    expect(lines(many).join("")).toContain("[secret]");
  });

  it("is worth another attempt where it ends with a code that the runbook names, and may have acted all the same", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "plimsoll-host-")), "tries");
    // Fails twice for now, then succeeds.
    const source = `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(file)}, "x"); process.exit(fs.statSync(${JSON.stringify(file)}).size < 3 ? 75 : 0);`;
    const call = script(source, { retryOn: [69, 75] });
    const again = { kind: "failed", reason: "ended with 75", retryable: true, mayHaveActed: true };
    expect([await run(call), await run(call)]).toEqual([again, again]);
    expect((await run(call)).kind).toBe("succeeded");
    expect(await run(script("process.exit(74)", { retryOn: [69, 75] }))).toMatchObject({ retryable: false });
  });

  it("says how it ended", async () => {
    expect(await run(script(`console.error("disk is full"); process.exit(3)`))).toEqual({
      kind: "failed",
      reason: "ended with 3: disk is full",
      retryable: false,
      mayHaveActed: true,
    });
    expect(await run(script(`process.kill(process.pid, "SIGKILL")`))).toMatchObject({ reason: "SIGKILL ended it" });
    const odd = await runner.check({
      check: { kind: "command", call: script("process.exit(2)") },
      timeoutMs: 20_000,
    });
    expect(odd).toEqual({ verdict: "unknown", saw: "ended with 2" });
  });
});

describe("a request from this host", () => {
  const get = (url: string, change: Partial<HttpCall> = {}): HttpCall => ({
    method: "GET",
    url,
    headers: {},
    status: [{ from: 200, to: 299 }],
    ...change,
  });

  it("sends its body as JSON with its headers", async () => {
    const server = await serve();
    const call = get(server.url, { method: "PUT", body: { to: "v1" }, headers: { "x-why": "runbook" } });
    await runner.run({ action: { kind: "http", call }, idempotencyKey: "key-1", timeoutMs: 20_000 });
    expect(server.received()[0]).toMatch(
      /^PUT \/ .*"content-type":"application\/json".*"x-why":"runbook".*"idempotency-key":"key-1".* \{"to":"v1"\}$/,
    );
  });

  it("takes its secret headers to their origins alone", async () => {
    const [ours, theirs] = [await serve(), await serve()];
    const held = createHostStepRunner(
      { secretHeaders: { shop: { origins: [ours.url], headers: { authorization: { reveal: () => SECRET } } } } },
      { environment: {} },
    );
    const ask = (call: HttpCall) =>
      held.run({ action: { kind: "http", call }, idempotencyKey: "k", timeoutMs: 20_000 });
    expect((await ask(get(ours.url, { secretHeaders: "shop" }))).kind).toBe("succeeded");
    expect(ours.received()[0]).toContain(SECRET);
    expect(await ask(get(theirs.url, { secretHeaders: "shop" }))).toEqual({
      kind: "failed",
      reason: `the secret headers shop are not for ${theirs.url}`,
      retryable: false,
      mayHaveActed: false,
    });
    expect(theirs.received()).toEqual([]);
    expect(await ask(get(ours.url, { secretHeaders: "none" }))).toMatchObject({
      reason: "there are no secret headers none",
    });
  });

  it("follows no redirect, and goes to no other kind of address", async () => {
    const server = await serve();
    await server.behave({ kind: "status", status: 302 });
    const ask = (url: string) =>
      runner.run({ action: { kind: "http", call: get(url) }, idempotencyKey: "k", timeoutMs: 20_000 });
    expect(await ask(server.url)).toMatchObject({ kind: "failed", reason: "answered 302, which is not expected" });
    for (const url of ["file:///etc/passwd", "not an address", "http://a:b@127.0.0.1/"]) {
      expect(await ask(url)).toEqual({
        kind: "failed",
        reason: "not an address of http or https without credentials",
        retryable: false,
        mayHaveActed: false,
      });
    }
  });

  it("looks into an answer", async () => {
    const server = await serve();
    await server.behave({ kind: "status", status: 200, body: '{"load":{"errors":0.02,"state":"up"},"on":true}' });
    const check = async (test: object) =>
      (await runner.check({ check: { kind: "http", call: get(server.url), ...test }, timeoutMs: 20_000 })).verdict;
    expect([
      await check({ includes: '"on":true' }),
      await check({ includes: "off" }),
      await check({ json: { path: "load.errors", below: 0.02 } }),
      await check({ json: { path: "load.errors", below: 0.03, above: 0.01 } }),
      await check({ json: { path: "load.errors", above: 0.02 } }),
      await check({ json: { path: "load.state", equals: "up" } }),
      await check({ json: { path: "load.state", equals: "down" } }),
      await check({ json: { path: "load.state", below: 1 } }),
      await check({ json: { path: "load.latency", below: 1 } }),
      await check({ json: { path: "load.errors.deep", equals: 1 } }),
    ]).toEqual(["holds", "fails", "fails", "holds", "fails", "holds", "fails", "unknown", "unknown", "unknown"]);
    await server.behave({ kind: "status", status: 200, body: "<html>" });
    expect(await check({ json: { path: "a", equals: 1 } })).toBe("unknown");
  });
});

describe("a link", () => {
  it("is alive, dead, or not to be told", async () => {
    const server = await serve();
    const check = createLinkChecker();
    expect(await check(server.url)).toEqual({ kind: "alive" });
    await server.behave({ kind: "status", status: 404 });
    expect(await check(server.url)).toEqual({ kind: "dead", reason: "it answers 404" });
    await server.behave({ kind: "refuse" });
    expect((await check(server.url)).kind).toBe("unknown");
    expect((await check("wiki/page")).kind).toBe("dead");
  });

  /** A network in which some hosts answer, after a while, and all others fail in the same way. */
  function networkOf(code: string, ...hosts: readonly string[]) {
    const cause = Object.assign(new Error("no"), { code });
    return vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
      const { hostname } = new URL(input instanceof Request ? input.url : input);
      if (!hosts.includes(hostname)) throw new TypeError("fetch failed", { cause });
      for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
      return new Response("here");
    });
  }
  const notFound = { kind: "unknown", reason: "its host was not found, nor was any other" };
  const noHost = { kind: "dead", reason: "its host does not exist" };

  it.each([
    ["ENOTFOUND", notFound],
    ["EAI_AGAIN", { kind: "unknown", reason: "not reachable (EAI_AGAIN)" }],
    ["ECONNREFUSED", { kind: "unknown", reason: "not reachable (ECONNREFUSED)" }],
  ])("is judged by what the network says: %s", async (code, verdict) => {
    const network = networkOf(code);
    try {
      expect(await createLinkChecker()("http://wiki.example/page")).toEqual(verdict);
    } finally {
      network.mockRestore();
    }
  });

  it("has no host only where another host was found, tried before it or beside it", async () => {
    const network = networkOf("ENOTFOUND", "shop.example");
    try {
      const check = createLinkChecker();
      expect(await check("http://wiki.example/page")).toEqual(notFound);
      const beside = ["http://wiki.example/page", "http://shop.example/"].map(check);
      expect(await Promise.all(beside)).toEqual([noHost, { kind: "alive" }]);
      expect(await check("http://wiki.example/page")).toEqual(noHost);
      expect(await createLinkChecker()("http://wiki.example/page")).toEqual(notFound);
    } finally {
      network.mockRestore();
    }
  });

  it.each(["127.0.0.1", "[::1]", "localhost", "wiki.localhost"])(
    "has no host by what %s answers, which is found without a network",
    async (host) => {
      const network = networkOf("ENOTFOUND", host);
      try {
        const check = createLinkChecker();
        expect(await check(`http://${host}/`)).toEqual({ kind: "alive" });
        expect(await check("http://wiki.example/page")).toEqual(notFound);
      } finally {
        network.mockRestore();
      }
    },
  );
});

describe("settings that do not fit", () => {
  it("are named without their values", () => {
    const wrong = { secretHeaders: { shop: { origins: ["nope"], headers: { authorization: SECRET } } } };
    expect(() => createHostStepRunner(wrong, { environment: {} })).toThrow(
      "The settings of the host's step runner do not fit: correct secretHeaders.shop.origins.0.",
    );
  });
});

function lines(outcome: StepOutcome): readonly string[] {
  const data = outcome.kind === "succeeded" ? (outcome.data as { output?: string } | undefined) : undefined;
  return data?.output?.split("\n") ?? [];
}

/** Waits until a process is gone; the test's own time limit is the bound. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0];
      if (state === "Z") return;
    } catch {
      return;
    }
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
