import { connect, type Socket } from "node:net";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PlimsollError } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemSchema } from "../api.js";
import { bearer, startMemoryService, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";

const SECRET = "postgres://user:hunter2@db/plimsoll";
let folder: string;
let service: MemoryService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plimsoll-pages-"));
  const pages = join(folder, "pages");
  await mkdir(join(pages, "assets"), { recursive: true });
  await writeFile(join(pages, "index.html"), "<!doctype html><title>Plimsoll</title>");
  await writeFile(join(pages, "assets", "index-abc123.js"), "1;");
  await writeFile(join(pages, ".hidden"), "outside");
  await writeFile(join(folder, "secret.txt"), "outside");
  service = await startMemoryService({
    dashboardDirectory: pages,
    engineWith: (engine) => ({
      ...engine,
      incident: () => Promise.reject(new Error(`can not connect to ${SECRET}`)),
      withdrawOverride: () =>
        Promise.reject(new PlimsollError({ code: "storage-unavailable", message: SECRET, retryable: true })),
    }),
  });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const note = (body: string, headers: Record<string, string> = {}) =>
  service.ask("/api/v1/incidents/INC-001/note", {
    method: "POST",
    headers: { ...bearer(TOKENS.admin), "content-type": "application/json", ...headers },
    body,
  });

/** Sends bytes that no HTTP library would. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket: Socket = connect(service.port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
    socket.on("error", reject);
  });
}

function expectSafe(answer: Answer): void {
  expect(answer.headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
  });
  expect(answer.headers["content-security-policy"]).toContain("default-src 'self'");
  expect(answer.headers["x-powered-by"]).toBeUndefined();
  expect(answer.body).not.toMatch(/node_modules|\.ts:\d|\.js:\d|hunter2/u);
}

function expectProblem(answer: Answer, status: number, code?: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toContain("application/json");
  expect(answer.headers["cache-control"]).toBe("no-store");
  const problem = problemSchema.parse(answer.json());
  if (code !== undefined) expect(problem.code).toBe(code);
  expectSafe(answer);
}

describe("a body", () => {
  it("that is no JSON is refused", async () => expectProblem(await note("{ not json"), 400));
  it("that is empty is refused", async () => expectProblem(await note(""), 400));
  it("that is too large is refused", async () =>
    expectProblem(await note(JSON.stringify({ text: "x".repeat(200_000) })), 413, "ctp-body-too-large"));
  it("that is deeply nested is refused", async () =>
    expectProblem(await note(`${"[".repeat(30_000)}${"]".repeat(30_000)}`), 400, "invalid"));
  it("that is not JSON by its type is refused", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "nonsense",
    ]) {
      expectProblem(await note('{"text":"x"}', { "content-type": type }), 415);
    }
  });
  it("that would change prototypes is refused", async () => {
    for (const body of [
      '{"text":"x","__proto__":{"role":"admin"}}',
      '{"text":"x","constructor":{"prototype":{"role":"admin"}}}',
    ]) {
      expectProblem(await note(body), 400);
    }
    expect(({} as Record<string, unknown>)["role"]).toBeUndefined();
  });
  it("with a key that nobody knows is refused, by name", async () => {
    const answer = await note('{"text":"x","txet":"y"}');
    expectProblem(answer, 400, "invalid");
    expect(answer.body).toContain("txet");
  });
  it("with a name of several lines is refused, at its place", async () => {
    const answer = await note(JSON.stringify({ text: "x", by: "ann\n2026-01-01 bob resolved it" }));
    expectProblem(answer, 400, "invalid");
    expect(answer.json()).toMatchObject({ path: "by" });
  });
  it("that says nothing is refused", async () =>
    expectProblem(await note(JSON.stringify({ text: " \n " })), 400, "invalid"));
});

describe("an address", () => {
  it.each([
    ["/api/v1/nothing"],
    ["/api"],
    ["/api/"],
    ["/api/v2/slos"],
    ["//api/v1/nothing"],
    ["/API/v1/nothing"],
    ["/assets/gone-123.js"],
    ["/.hidden"],
    ["/secret.txt"],
  ])("that is none is answered as a problem: %s", async (path) =>
    expectProblem(await service.ask(path), 404, "not-found"),
  );

  it.each([
    ["/../secret.txt"],
    ["/assets/../../secret.txt"],
    ["/..%2fsecret.txt"],
    ["/assets/..%2f..%2fsecret.txt"],
    ["/%2e%2e/secret.txt"],
    ["/..%5csecret.txt"],
    ["/assets/%252e%252e/secret.txt"],
    ["/api/v1/slos/..%2f..%2fsecret.txt"],
    ["/api/v1/incidents/..%2f..%2f..%2fetc%2fpasswd"],
    ["/.hidden"],
  ])("leads nowhere outside: %s", async (path) => {
    const answer = await service.ask(path, { headers: { accept: "text/html" } });
    expect(answer.body).not.toContain("outside");
    expectSafe(answer);
  });

  it.each([["/%"], ["/api/v1/slos/%zz"], ["/%c0%ae%c0%ae"]])("that can not be decoded is refused: %s", async (path) =>
    expectProblem(await service.ask(path), 400),
  );

  it("that is far too long is refused", async () => {
    const answer = await service.ask(`/api/v1/slos/${"a".repeat(300)}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expectSafe(answer);
    const longer = await service.ask(`/${"a".repeat(20_000)}`);
    expect(longer.status).toBe(431);
    expectSafe(longer);
  });

  it("of a known kind with an unknown id says which", async () => {
    const answer = await service.ask("/api/v1/slos/%3Cscript%3E%0D%0Ax-injected:%201");
    expectProblem(answer, 404, "not-found");
    expect(answer.headers["x-injected"]).toBeUndefined();
  });

  it("with parameters that do not fit is refused, at the place", async () => {
    for (const [query, path] of [
      ["incidents?limit=-1", "limit"],
      ["incidents?limit=1e9", "limit"],
      ["incidents?status=none", "status"],
      ["slos/payments-availability/history?points=1", "points"],
      ["slos/payments-availability/history?from=yesterday", "from"],
      [`gate?reason=${"x".repeat(600)}`, "reason"],
      ["report?period=-7d", "period"],
      ["report?period=0s", "period"],
      ["report?period=999999d", "period"],
      ["slos?service=a&service=b", "service"],
    ]) {
      const answer = await service.ask(`/api/v1/${query}`);
      expectProblem(answer, 400, "invalid");
      expect(answer.json()).toMatchObject({ path });
    }
  });
});

describe("the pages", () => {
  it("are one page under every address that is not a file's", async () => {
    for (const path of ["/", "/incidents/INC-001", "/slos/with.dots"]) {
      const answer = await service.ask(path, { headers: { accept: "text/html" } });
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toContain("text/html");
      expect(answer.headers["cache-control"]).toBe("no-cache");
      expectSafe(answer);
    }
  });
  it("may be kept where their name holds what is in them", async () => {
    const answer = await service.ask("/assets/index-abc123.js");
    expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(answer.headers["content-type"]).toContain("javascript");
    expectSafe(answer);
  });
});

describe("a method", () => {
  it("that only looks answers no body", async () => {
    const answer = await service.ask("/api/v1/meta", { method: "HEAD" });
    expect([answer.status, answer.body]).toEqual([200, ""]);
    expectSafe(answer);
  });
  it("that only looks is not held open as a stream", async () => {
    expect((await service.ask("/api/v1/events", { method: "HEAD" })).status).toBe(404);
    expect(service.live.connected).toBe(0);
  });
  it("that asks for leave from another site gets none", async () => {
    const answer = await service.ask("/api/v1/corrections", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.headers["access-control-allow-methods"]).toBeUndefined();
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
  it("that is not known is refused", async () => {
    for (const method of ["TRACE", "PROPFIND", "PATCH", "PUT"]) {
      expect(
        (await service.ask("/api/v1/slos", { method, headers: bearer(TOKENS.admin) })).status,
      ).toBeGreaterThanOrEqual(400);
    }
  });
});

describe("a host", () => {
  it("that is not the service's is refused for everything, health and pages included", async () => {
    for (const path of ["/", "/healthz", "/metrics", "/api/v1/slos", "/assets/index-abc123.js"]) {
      expectProblem(await service.ask(path, { headers: { host: "rebound.example" } }), 421, "wrong-host");
    }
  });
  it("that is missing is refused", async () => {
    expect(await raw("GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await raw("GET /healthz HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });
  it("that stands in the address is not asked instead", async () => {
    const answer = await raw(
      "GET http://rebound.example/healthz HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe("what is no request", () => {
  it("is answered with the same care", async () => {
    const answer = await raw("NONSENSE\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain("x-content-type-options: nosniff");
    expect(problemSchema.safeParse(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).success).toBe(true);
  });
});

describe("a failure inside", () => {
  it("is told to the log, and to the caller without what may be secret", async () => {
    expectProblem(await service.ask("/api/v1/incidents/INC-001"), 500, "internal");
    expect(service.log.join("")).toContain("a request failed");
  });
  it("that may pass says so", async () => {
    const answer = await service.ask("/api/v1/overrides/x", { method: "DELETE", headers: bearer(TOKENS.admin) });
    expectProblem(answer, 503, "storage-unavailable");
  });
});
