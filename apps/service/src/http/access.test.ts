import type { OutgoingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../testing/memory-service.js";

let service: MemoryService;
beforeAll(async () => {
  service = await startMemoryService();
});
afterAll(() => service.close());

const correction = {
  slos: "all",
  effect: "drop",
  author: "ann",
  reason: "test",
  from: "2026-01-01T00:00:00Z",
  to: "2026-01-01T01:00:00Z",
};
const correct = (headers: OutgoingHttpHeaders, body: unknown = correction) =>
  service.ask("/api/v1/corrections", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("a write", () => {
  it.each([
    ["without a token", {}],
    ["with a wrong token", bearer("wrong-token-0000000")],
    ["with an empty token", { authorization: "Bearer " }],
    ["with another scheme", { authorization: `Basic ${TOKENS.admin}` }],
    ["with the token and no scheme", { authorization: TOKENS.admin }],
    ["with a token that goes on", bearer(`${TOKENS.admin}x`)],
    ["with a token that stops early", bearer(TOKENS.admin.slice(0, -1))],
    ["with the token in a cookie", { cookie: `token=${TOKENS.admin}` }],
    ["with the token in a header of its own", { "x-api-key": TOKENS.admin }],
  ])("%s is refused with 401", async (_name, headers) => {
    const answer = await correct(headers);
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: "no-token" });
    expect(answer.headers["www-authenticate"]).toContain("Bearer");
  });

  it("with the token in the address is refused", async () => {
    const answer = await service.ask(`/api/v1/corrections?token=${TOKENS.admin}&access_token=${TOKENS.admin}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(correction),
    });
    expect(answer.status).toBe(401);
  });

  it.each([["viewer"], ["responder"]] as const)("of an approver is refused to a %s", async (role) => {
    const answer = await correct(bearer(TOKENS[role]));
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: "wrong-role" });
  });

  it.each([["approver"], ["admin"]] as const)(
    "is taken from an %s, under the author's name and the token's",
    async (role) => {
      const answer = await correct(bearer(TOKENS[role]));
      expect(answer.status).toBe(201);
      expect(answer.json()).toMatchObject({ author: `ann (token ${role}-name)` });
    },
  );

  it("is not reached by overriding the method", async () => {
    const before = service.engine.corrections().length;
    const answer = await service.ask("/api/v1/corrections?_method=POST", {
      headers: { "x-http-method-override": "POST", "x-http-method": "DELETE" },
    });
    expect(answer.status).toBe(200);
    expect(service.engine.corrections()).toHaveLength(before);
  });

  it("is checked before its body is read", async () => {
    expect((await correct({}, "{ not json")).status).toBe(401);
    expect((await correct({}, "x".repeat(1_000_000))).status).toBe(401);
  });

  it("leaves no token in the log", async () => {
    await correct(bearer(TOKENS.viewer));
    await correct(bearer(TOKENS.admin), "{ not json");
    await service.ask(`/api/v1/nothing?token=${TOKENS.admin}`);
    for (const token of Object.values(TOKENS)) expect(service.log.join("")).not.toContain(token);
  });
});

describe("a page of another site", () => {
  it.each([
    ["a form's simple post", { origin: "https://evil.example", "content-type": "text/plain" }],
    ["another port of this machine", { origin: "http://localhost:3000" }],
    ["a sandboxed page", { origin: "null" }],
    ["an origin that is none", { origin: "evil" }],
    ["a browser that says so", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["another port, as a browser says it", { "sec-fetch-site": "same-site" }],
  ])("may not write: %s", async (_name, headers) => {
    const answer = await correct({ ...bearer(TOKENS.admin), ...headers });
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: "wrong-origin" });
  });

  it("may not open event streams, and gets no leave to read", async () => {
    const answer = await service.ask("/api/v1/events", { headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(service.live.connected).toBe(0);
  });

  it("may link to an answer", async () => {
    const answer = await service.ask("/api/v1/slos", {
      headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    });
    expect(answer.status).toBe(200);
  });

  it("is not the service's own page", async () => {
    const host = `localhost:${service.port}`;
    expect(
      (await correct({ ...bearer(TOKENS.admin), host, origin: `http://${host}`, "sec-fetch-site": "same-origin" }))
        .status,
    ).toBe(201);
  });
});

describe("reads of a service that others can reach", () => {
  let reachable: MemoryService;
  beforeAll(async () => {
    reachable = await startMemoryService({ host: "0.0.0.0" });
  });
  afterAll(() => reachable.close());

  it.each([
    ["/api/v1/slos"],
    ["/api/v1/meta"],
    ["/api/v1/events"],
    ["/api/v1/openapi.json"],
    ["/metrics"],
    ["/api/v1/gate?risk=emergency&reason=x"],
  ])("need a viewer's token: %s", async (path) => {
    expect((await reachable.ask(path)).status).toBe(401);
    expect((await reachable.ask(path, { method: "HEAD" })).status).not.toBe(200);
  });

  it("are answered to a viewer", async () => {
    expect((await reachable.ask("/api/v1/slos", { headers: bearer(TOKENS.viewer) })).status).toBe(200);
    expect((await reachable.ask("/metrics", { headers: bearer(TOKENS.viewer) })).status).toBe(200);
  });

  it("are open where a supervisor asks", async () => {
    expect((await reachable.ask("/healthz")).json()).toEqual({ status: "ok", instance: "this-run" });
    expect((await reachable.ask("/readyz")).status).toBe(200);
    expect((await reachable.ask("/-/healthy")).json()).toEqual({ status: "ok", instance: "this-run" });
    expect((await reachable.ask("/-/ready")).json()).toEqual({ status: "ready" });
  });

  it("are answered under each of the machine's addresses, and under no strange name", async () => {
    expect((await reachable.ask("/healthz", { headers: { host: "192.168.1.5:4700" } })).status).toBe(200);
    expect((await reachable.ask("/healthz", { headers: { host: "[fd00::5]:4700" } })).status).toBe(200);
    expect((await reachable.ask("/healthz", { headers: { host: "192.168.1.5.nip.example" } })).status).toBe(421);
  });
});
