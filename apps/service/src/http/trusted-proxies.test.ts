import type { OutgoingHttpHeaders } from "node:http";
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../testing/memory-service.js";
import { PASSWORD } from "../testing/sign-in-as.js";

let service: MemoryService;
afterEach(() => service.close());

async function start(trustedProxies?: readonly string[]): Promise<void> {
  service = await startMemoryService(trustedProxies === undefined ? {} : { trustedProxies });
  for (const name of ["ann", "bob"]) {
    await service.engine.access.addUser({ name, role: "admin", password: PASSWORD, actor: "local" });
  }
}

const post = (path: string, body: unknown, headers: OutgoingHttpHeaders) =>
  service.ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const signIn = async (forwardedFor: string | undefined, password: string): Promise<number> => {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return (await post("/api/v1/sign-in", { name: "ann", password }, headers)).status;
};
const lockOut = async (forwardedFor: string | undefined) => {
  for (let attempt = 0; attempt < 5; attempt += 1) expect(await signIn(forwardedFor, "wrong horse")).toBe(401);
  expect(await signIn(forwardedFor, PASSWORD)).toBe(429);
};

describe("X-Forwarded-For of a proxy that is trusted", () => {
  it.each([[["127.0.0.1"]], [["10.0.0.1", "127.0.0.0/8"]]])("says whose wrong passwords they are: %j", async (list) => {
    await start(list);
    await lockOut("203.0.113.7");
    expect(await signIn("203.0.113.8", PASSWORD)).toBe(200);
    expect(await signIn(undefined, PASSWORD)).toBe(200);
    expect(service.log.join("")).toContain('"address":"203.0.113.7"');
  });

  it("is believed for its last word alone: what its caller wrote before that is not the proxy's", async () => {
    await start(["127.0.0.1"]);
    await lockOut("203.0.113.7");
    expect(await signIn("198.51.100.1, 203.0.113.7", PASSWORD)).toBe(429);
    expect(await signIn("127.0.0.1, 203.0.113.7", PASSWORD)).toBe(429);
    expect(await signIn("203.0.113.7, 198.51.100.1", PASSWORD)).toBe(200);
  });

  it("comes with the alerts into the trail", async () => {
    await start(["127.0.0.1"]);
    const body = [{ labels: { alertname: "Down" }, startsAt: "2026-03-10T11:59:00Z" }];
    const headers = { ...bearer(TOKENS.responder), "x-forwarded-for": "203.0.113.7" };
    expect((await post("/api/v2/alerts", body, headers)).status).toBe(200);
    const [entry] = await service.engine.audit({ afterNumber: 2, limit: 1 });
    expect(entry).toMatchObject({
      actor: "responder-name",
      action: "alerts.handed-in",
      details: {
        data: {
          address: "203.0.113.7",
          alerts: 1,
          stored: 1,
          bodies: [createHash("sha256").update(JSON.stringify(body)).digest("hex")],
        },
      },
    });
  });

  it("that is no address comes nowhere as one", async () => {
    await start(["127.0.0.1"]);
    const body = [{ labels: { alertname: "Down" }, startsAt: "2026-03-10T11:59:00Z" }];
    const headers = { ...bearer(TOKENS.responder), "x-forwarded-for": "<b>me</b>" };
    expect((await post("/api/v2/alerts", body, headers)).status).toBe(200);
    const [entry] = await service.engine.audit({ afterNumber: 2, limit: 1 });
    expect(entry).toMatchObject({ action: "alerts.handed-in" });
    expect(JSON.stringify(entry)).not.toContain("address");
  });
});

describe("X-Forwarded-For of anybody else", () => {
  it.each([[undefined], [[]], [["10.0.0.1", "::ffff:10.0.0.0/104"]]])(
    "changes nothing: with %j trusted, a forged one neither escapes a limit nor locks another out",
    async (list) => {
      await start(list);
      await lockOut("203.0.113.7");
      for (const forged of ["203.0.113.8", "127.0.0.1, 10.0.0.1", undefined]) {
        expect(await signIn(forged, PASSWORD)).toBe(429);
      }
      expect(service.log.join("")).toContain('"address":"127.0.0.1"');
      expect(service.log.join("")).not.toContain("203.0.113");
    },
  );
});

it("the Host header is checked as it came, whatever a proxy forwards of it", async () => {
  await start(["127.0.0.1"]);
  const status = async (headers: OutgoingHttpHeaders) => (await service.ask("/api/v1/slos", { headers })).status;
  expect(await status({ host: "evil.example", "x-forwarded-host": "plimsoll.example" })).toBe(421);
  expect(await status({ host: "plimsoll.example", "x-forwarded-host": "evil.example" })).toBe(200);
  const foreign = { host: "plimsoll.example", origin: "https://evil.example", "x-forwarded-host": "evil.example" };
  expect(await status(foreign)).toBe(403);
});
