import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { DateTime } from "luxon";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diskAttempt } from "./disk-probe.js";
import { dnsAttempt } from "./dns-probe.js";
import { httpAttempt } from "./http-probe.js";
import { outcomeOfError } from "./probe-outcome.js";
import { dnsProbeQuerySchema, httpProbeQuerySchema, tlsProbeQuerySchema } from "./probe-query.js";
import { parsePs, processAttempt } from "./process-probe.js";
import { tcpAttempt } from "./tcp-probe.js";
import { tlsAttempt } from "./tls-probe.js";

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "plimsoll-probe-"));
const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

describe("an HTTP probe", () => {
  let base = "";
  const seen: IncomingMessage[] = [];
  const pages: Record<string, (response: ServerResponse) => void> = {
    "/ok": (response) => response.end('{"status":"UP"}'),
    "/teapot": (response) => response.writeHead(418).end("short and stout"),
    "/moved": (response) => response.writeHead(302, { location: "/ok" }).end(),
    "/loop": (response) => response.writeHead(302, { location: "/loop" }).end(),
    "/away": (response) => response.writeHead(302, { location: base.replace("127.0.0.1", "localhost") + "/ok" }).end(),
    "/long": (response) => response.end(`${"x".repeat(100_000)}needle`),
    "/evil": (response) => response.end(`${"a".repeat(40)}!`),
    "/half": (response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("only");
      setImmediate(() => response.destroy());
    },
    "/hang": () => {},
  };
  beforeAll(async () => {
    const server = createServer((request, response) => {
      seen.push(request);
      pages[request.url ?? ""]?.(response);
    });
    base = `http://127.0.0.1:${await listen(server)}`;
  });
  const probe = (path: string, more: object = {}, signal = never) =>
    httpAttempt(httpProbeQuerySchema.parse({ probe: "http", url: base + path, ...more }))(signal);

  it.each([
    ["/ok", {}],
    ["/ok", { bodyContains: "UP" }],
    ["/ok", { bodyMatches: '/"status":\\s*"up"/i' }],
    ["/teapot", { status: ["200-299", 418] }],
    ["/moved", {}],
    ["/moved", { redirects: "judge", status: ["300-399"] }],
    ["/long", { bodyLimitBytes: 200_000, bodyContains: "needle" }],
  ])("is good: %s %j", async (path, more) => {
    expect(await probe(path, more)).toEqual({ kind: "good", value: expect.any(Number) });
  });

  it.each([
    ["/teapot", {}, "the status is 418"],
    ["/moved", { redirects: "judge" }, "the status is 302"],
    ["/loop", {}, "more than 5 redirects"],
    ["/ok", { bodyContains: "DOWN" }, "does not hold the expected text"],
    ["/ok", { bodyMatches: "^UP$" }, "does not match"],
    ["/long", { bodyContains: "needle" }, "does not hold the expected text"],
    ["/half", {}, "aborted"],
    ["/ok", { url: "http://127.0.0.1:1/" }, "ECONNREFUSED"],
    ["/ok", { url: "http://nothing.invalid/" }, "nothing.invalid"],
  ])("is bad: %s %j, because %s", async (path, more, words) => {
    expect(await probe(path, more)).toEqual(
      expect.objectContaining({ kind: "bad", reason: expect.stringContaining(words) }),
    );
  });

  it("is bad when the answer takes longer than it may", async () => {
    expect(await probe("/ok", { maxLatency: "1ms" }).then(({ kind }) => kind)).toMatch(/good|bad/);
    pages["/slow"] = (response) => setTimeout(() => response.end("late"), 30);
    expect(await probe("/slow", { maxLatency: "5ms" })).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("over 5 ms"),
    });
  });

  it("does not hang on a pattern that backtracks without end", async () => {
    expect(await probe("/evil", { bodyMatches: "^(a+)+$" })).toMatchObject({
      kind: "unable",
      reason: expect.stringContaining("takes too long"),
    });
  });

  it("sends method, body and headers, and no header of its own to another origin", async () => {
    seen.length = 0;
    await probe("/away", { headers: { authorization: "Bearer s3cret" } });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer s3cret", undefined]);
    seen.length = 0;
    await probe("/ok", { method: "POST", body: "{}" });
    expect(seen.map(({ method }) => method)).toEqual(["POST"]);
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    const running = probe("/hang", {}, stop.signal);
    stop.abort();
    expect(await running).toMatchObject({ kind: "bad" });
  });
});

describe("a TCP probe", () => {
  it("is good when the connection is accepted and bad when it is refused", async () => {
    const server = createTcpServer((socket) => socket.end());
    const port = await listen(server);
    expect(await tcpAttempt({ probe: "tcp", host: "127.0.0.1", port })(never)).toEqual({
      kind: "good",
      value: expect.any(Number),
    });
    expect(await tcpAttempt({ probe: "tcp", host: "127.0.0.1", port: 1 })(never)).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it.each(["EMFILE", "ENFILE", "ENOBUFS", "EADDRNOTAVAIL"])(
    "is no event when the prober itself is short of something: %s",
    (code) => {
      expect(outcomeOfError(Object.assign(new Error(code), { code }))).toMatchObject({ kind: "unable" });
    },
  );
});

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)(`a TLS probe${hasOpenssl ? "" : " (not run: there is no openssl)"}`, () => {
  let port = 0;
  let server: Server;
  const ca = join(folder, "ca.pem");
  beforeAll(async () => {
    const run = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
    run(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-days",
      "3650",
      "-subj",
      "/CN=Test CA",
    );
    run(
      "req",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "server.key",
      "-out",
      "server.csr",
      "-subj",
      "/CN=localhost",
    );
    writeFileSync(join(folder, "san.ext"), "subjectAltName=DNS:localhost,DNS:shop.test\n");
    run(
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "30",
      "-extfile",
      "san.ext",
      "-out",
      "server.pem",
    );
    server = createTlsServer({
      key: readFileSync(join(folder, "server.key")),
      cert: readFileSync(join(folder, "server.pem")),
    });
    port = await listen(server);
  });
  const probe = (more: object, daysFromNow = 0) =>
    tlsAttempt(tlsProbeQuerySchema.parse({ probe: "tls", host: "127.0.0.1", port, serverName: "shop.test", ...more }), {
      now: () => DateTime.utc().plus({ days: daysFromNow }),
    })(never);

  it("is good while the certificate is trusted and valid long enough, and tells the days", async () => {
    const outcome = await probe({ ca });
    expect(outcome).toMatchObject({ kind: "good" });
    expect(outcome.kind === "good" ? outcome.value : 0).toBeCloseTo(30, 0);
  });
  it("is bad when fewer days are left than wanted", async () => {
    expect(await probe({ ca }, 17)).toMatchObject({ kind: "bad", reason: expect.stringContaining("under 14") });
    expect(await probe({ ca, minDaysLeft: 40 })).toMatchObject({ kind: "bad" });
    expect(await probe({ ca }, 31)).toMatchObject({ kind: "bad", value: expect.any(Number) });
  });
  it("is bad when the chain or the name is not to be trusted, unless it need not be", async () => {
    expect(await probe({})).toMatchObject({ kind: "bad", reason: expect.stringContaining("not trusted") });
    expect(await probe({ ca, serverName: "other.test" })).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("not trusted"),
    });
    expect(await probe({ verify: false })).toMatchObject({ kind: "good" });
  });
  it("leaves no connection open", async () => {
    const closed = new Promise<void>((resolve) =>
      server.once("connection", (socket: Socket) => socket.once("close", () => resolve())),
    );
    await probe({ ca });
    await closed;
  });
  it("is bad when nobody speaks TLS there", async () => {
    const plain = await listen(createTcpServer((socket) => socket.end("220 hello\r\n")));
    expect(await probe({ port: plain, verify: false })).toMatchObject({ kind: "bad" });
    expect(await probe({ port: 1, verify: false })).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("a DNS probe", () => {
  let resolver = "";
  beforeAll(async () => {
    const server = createSocket("udp4");
    server.on("message", (question, peer) => {
      const answer = answerTo(question);
      if (answer !== undefined) server.send(answer, peer.port, peer.address);
    });
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    closers.push(() => server.close());
    resolver = `127.0.0.1:${server.address().port}`;
  });
  const probe = (more: object, signal = never) =>
    dnsAttempt(dnsProbeQuerySchema.parse({ probe: "dns", name: "shop.test", resolver, ...more }), 20_000)(signal);

  it.each([
    {},
    { expect: ["192.0.2.2"] },
    { expect: ["192.0.2.2", "192.0.2.1"], exact: true },
    { type: "TXT", expect: ["v=one two"] },
  ])("is good: %j", async (more) => {
    expect(await probe(more)).toEqual({ kind: "good", value: expect.any(Number) });
  });

  it.each([
    [{ expect: ["192.0.2.9"] }, "the answer lacks 192.0.2.9"],
    [{ expect: ["192.0.2.1"], exact: true }, "holds more than expected"],
    [{ name: "nothing.test" }, "ENOTFOUND"],
  ])("is bad: %j, because %s", async (more, words) => {
    expect(await probe(more)).toMatchObject({ kind: "bad", reason: expect.stringContaining(words) });
  });

  it("ends when it is told to", async () => {
    const stop = new AbortController();
    const running = probe({ name: "silent.test" }, stop.signal);
    stop.abort();
    expect(await running).toMatchObject({ kind: "bad" });
  });
});

/** A resolver that knows shop.test, does not answer for silent.test, and denies the rest. */
function answerTo(question: Buffer): Buffer | undefined {
  const name: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    name.push(question.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const asked = question.subarray(12, at + 5);
  if (name.join(".") === "silent.test") return undefined;
  const record = (data: Buffer) => {
    const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
    return Buffer.concat([head, data]);
  };
  const known = name.join(".") === "shop.test";
  const records = !known
    ? []
    : type === 16
      ? [record(Buffer.from("\x06v=one \x03two", "latin1"))]
      : [record(Buffer.from([192, 0, 2, 1])), record(Buffer.from([192, 0, 2, 2]))];
  const header = Buffer.from([
    question[0] ?? 0,
    question[1] ?? 0,
    0x81,
    known ? 0x80 : 0x83,
    0,
    1,
    0,
    records.length,
    0,
    0,
    0,
    0,
  ]);
  return Buffer.concat([header, asked, ...records]);
}

describe("a disk probe", () => {
  it("is good under its limit, bad over it, and tells how full the disk is", async () => {
    expect(await diskAttempt({ probe: "disk", path: folder, maxUsedRatio: 1 })(never)).toMatchObject({
      kind: "good",
      value: expect.any(Number),
    });
    expect(await diskAttempt({ probe: "disk", path: folder, maxUsedRatio: 1e-9 })(never)).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("of the space is used, over 0.0 %"),
    });
  });
  it("is bad when the path is gone", async () => {
    expect(await diskAttempt({ probe: "disk", path: join(folder, "unmounted") })(never)).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("ENOENT"),
    });
  });
});

describe("a process probe", () => {
  it("finds a process by name and arguments, and misses it once it has ended", async () => {
    const child = spawn("sleep", ["98.7654"], { stdio: "ignore" });
    await once(child, "spawn");
    const query = { probe: "process", name: "sleep", arguments: "98.7654" } as const;
    expect(await processAttempt(query)(never)).toEqual({ kind: "good", value: 1 });
    expect(await processAttempt({ ...query, minCount: 2 })(never)).toMatchObject({
      kind: "bad",
      reason: "1 processes fit, under 2",
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await processAttempt(query)(never)).toMatchObject({ kind: "bad", value: 0 });
  });
  it("finds a process by its pid file; a file that is gone or holds no id is bad", async () => {
    const pidFile = join(folder, "self.pid");
    writeFileSync(pidFile, `${process.pid}\n`);
    expect(await processAttempt({ probe: "process", pidFile })(never)).toEqual({ kind: "good", value: 1 });
    writeFileSync(pidFile, "starting");
    expect(await processAttempt({ probe: "process", pidFile })(never)).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("does not hold a process id"),
    });
    expect(await processAttempt({ probe: "process", pidFile: join(folder, "gone.pid") })(never)).toMatchObject({
      kind: "bad",
      reason: expect.stringContaining("is not there"),
    });
  });
  it("cannot be tried when the processes cannot be listed", async () => {
    expect(
      await processAttempt({ probe: "process", name: "x" }, () => Promise.reject(new Error("no ps")))(never),
    ).toMatchObject({ kind: "unable" });
  });
  it("reads what ps writes where there is no /proc, without zombies", () => {
    expect(
      parsePs("    1 Ss   /sbin/launchd /sbin/launchd\n  42 Z    (gone)\n  77 R+   node     node server.js --port 1\n"),
    ).toEqual([
      { pid: 1, name: "launchd", commandLine: "/sbin/launchd" },
      { pid: 77, name: "node", commandLine: "node server.js --port 1" },
    ]);
  });
});
