import { webhookMapping } from "@plimsoll/core";
import type { OutgoingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearer, startMemoryService, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";
import { PASSWORD, postTo, signInAs } from "../testing/sign-in-as.js";

let service: MemoryService;
beforeEach(async () => {
  service = await startMemoryService();
});
afterEach(() => service.close());

const post = (path: string, body: unknown, headers: OutgoingHttpHeaders = bearer(TOKENS.admin)): Promise<Answer> =>
  postTo(service, path, body, headers);
const signIn = (name: string, password: string) => post("/api/v1/sign-in", { name, password }, {});

describe("a body", () => {
  it("that is too large is refused where anybody may send one", async () => {
    const answer = await signIn("ann", "x".repeat(70_000));
    expect(answer.status).toBe(413);
    expect((await signIn("ann", "x".repeat(257))).status).toBe(400);
  });

  it.each([
    ["lists", "[".repeat(30_000) + "]".repeat(30_000)],
    ["objects", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
    ["lists that never end", "[".repeat(60_000)],
    ["a field's depths", `{"name":${"[".repeat(25_000)}${"]".repeat(25_000)},"password":"x"}`],
  ])("of deeply nested %s is refused, and the service goes on", async (_words, body) => {
    expect((await post("/api/v1/sign-in", body, {})).status).toBe(400);
    expect((await post("/api/v1/users", body)).status).toBe(400);
    expect((await service.ask("/healthz")).status).toBe(200);
  });

  it.each([
    ["a webhook of Alertmanager", "/api/v1/alerts/alertmanager"],
    ["another webhook", "/api/v1/alerts/webhooks/grafana"],
    ["Alertmanager's own API", "/api/v2/alerts"],
  ])("of deeply nested alerts is refused at the door for %s, and the service goes on", async (_words, path) => {
    const mapping = webhookMapping({
      alerts: "a",
      labels: { alertname: "name" },
      fingerprint: "id",
      status: { at: "s", resolved: [] },
    });
    if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
    await service.close();
    service = await startMemoryService({
      alertWebhooks: new Map([["grafana", { name: "grafana", mapping: mapping.value }]]),
    });
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const bodies = [
      "[".repeat(30_000) + "]".repeat(30_000),
      nested(10_000),
      "[".repeat(60_000),
      `{"version":"4","alerts":[{"status":"firing","labels":${nested(20_000)}}]}`,
      `[{"labels":{"alertname":"Down"},"annotations":${nested(20_000)}}]`,
    ];
    for (const body of bodies) {
      const answer = await post(path, body);
      expect(answer.status).toBe(400);
      expect(answer.body.length).toBeLessThan(2_000);
    }
    expect((await service.ask("/healthz")).status).toBe(200);
    expect(service.engine.alerts.active()).toEqual([]);
  });

  it("is refused in a form that a browser sends without asking", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await post("/api/v1/sign-in", '{"name":"ann","password":"x"}', { "content-type": type });
      expect(answer.status).toBe(415);
    }
  });
});

describe("an address", () => {
  const ids = [
    "..%2F..%2Fetc%2Fpasswd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5cwindows",
    "%252e%252e%252f",
    "%00",
    "a%00.json",
    "__proto__",
    "constructor",
    "toString",
    "x".repeat(1_000),
    "%0d%0aset-cookie:%20a=b",
    "%E2%80%AE",
  ];
  it.each(ids)("with the id %s leads to nothing", async (id) => {
    const headers = bearer(TOKENS.admin);
    const answers = await Promise.all([
      service.ask(`/api/v1/slos/${id}`),
      service.ask(`/api/v1/incidents/${id}`),
      service.ask(`/api/v1/incidents/${id}/postmortem`),
      service.ask(`/api/v1/tokens/${id}`, { method: "DELETE", headers }),
      service.ask(`/api/v1/overrides/${id}`, { method: "DELETE", headers }),
      post(`/api/v1/users/${id}/disable`, {}),
      post(`/api/v1/users/${id}/role`, { role: "admin" }),
    ]);
    for (const answer of answers) {
      expect([400, 404, 414]).toContain(answer.status);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.headers["content-type"]).toContain("application/json");
      expect(answer.body).not.toMatch(/root:|at \w+ \(/);
    }
  });

  it.each(ids)("with the id %s leads to nothing on any path that the service's own description lists", async (id) => {
    const { paths } = (await service.ask("/api/v1/openapi.json")).json() as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    const asked = Object.entries(paths).flatMap(([path, methods]) =>
      path.includes("{")
        ? Object.keys(methods).map((method) => ({ method, path: path.replaceAll(/\{\w+\}/g, id) }))
        : [],
    );
    expect(asked.length).toBeGreaterThan(60);
    const headers = bearer(TOKENS.admin);
    await Promise.all(
      asked.map(async ({ method, path }) => {
        const answer = await (method === "post"
          ? post(path, {})
          : service.ask(path, { method: method.toUpperCase(), headers }));
        const where = `${method} ${path}`;
        expect([where, [400, 404, 409, 414].includes(answer.status)]).toEqual([where, true]);
        expect(answer.headers["set-cookie"]).toBeUndefined();
        expect(answer.headers["content-type"]).toContain("application/json");
        expect(answer.body).not.toMatch(/root:|at \w+ \(/);
      }),
    );
  });

  it.each(["/api/v1/../../etc/passwd", "/api/v1/users/../../../healthz", "//etc/passwd", "/api/v1/%2e%2e/users"])(
    "that climbs leads to nothing: %s",
    async (path) => {
      expect([400, 401, 404]).toContain((await service.ask(path)).status);
    },
  );
});

describe("a name", () => {
  it.each(["ann\r\nset-cookie: a=b", "ann\n", "Ann", "<b>ann</b>", "ann\u202e", "../ann", "ann token", ""])(
    "of a user may not be %j",
    async (name) => {
      const answer = await post("/api/v1/users", { name, role: "viewer", password: PASSWORD });
      expect(answer.status).toBe(400);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(service.engine.access.users()).toEqual([]);
    },
  );

  it.each(["deploy\r\nx: y", "a\u0000b", "a\u202eb", "", "x".repeat(101)])(
    "of a token may not be %j",
    async (title) => {
      await signInAs(service, "ann");
      const asked = { title, owner: "ann", role: "viewer", expires: "2026-03-11T12:00:00Z" };
      expect((await post("/api/v1/tokens", asked)).status).toBe(400);
    },
  );

  it("of a writer makes no second line in the audit trail", async () => {
    const user = { name: "bob", role: "viewer", password: PASSWORD };
    expect((await post("/api/v1/users", { ...user, by: "ann\nroot" })).status).toBe(400);
  });

  it("that signs in reaches no header", async () => {
    const answer = await signIn("ann\r\nset-cookie: a=b", PASSWORD);
    expect(answer.status).toBe(401);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });
});

describe("whoever guesses", () => {
  const shape = ({ body, headers, status }: Answer) => {
    const { date: _date, ...others } = headers;
    return { status, body, headers: others };
  };

  it("learns nothing from the answer: unknown, wrong, and disabled are one", async () => {
    await signInAs(service, "ann");
    await signInAs(service, "bob");
    await service.engine.access.disableUser({ name: "bob", actor: "ann" });
    const [wrong, unknown, disabled] = await Promise.all([
      signIn("ann", "wrong horse battery"),
      signIn("eve", "wrong horse battery"),
      signIn("bob", PASSWORD),
    ]);
    expect(wrong.status).toBe(401);
    expect(shape(unknown)).toEqual(shape(wrong));
    expect(shape(disabled)).toEqual(shape(wrong));
  });

  it("is not heard after five tries, whether there is such a user or not, nor with the right password then", async () => {
    await signInAs(service, "ann");
    for (const name of ["ann", "eve"]) {
      for (let tried = 0; tried < 5; tried += 1) expect((await signIn(name, "wrong horse battery")).status).toBe(401);
    }
    const [known, unknown] = [await signIn("ann", PASSWORD), await signIn("eve", PASSWORD)];
    expect(known.status).toBe(429);
    expect(known.headers["retry-after"]).toBe("900");
    expect(known.json()).toMatchObject({ code: "locked" });
    expect(shape(unknown)).toEqual(shape(known));
    service.clock.advance(15 * 60_000);
    expect((await signIn("ann", PASSWORD)).status).toBe(200);
  });

  it("does not get around it with many names from one address", async () => {
    await signInAs(service, "ann");
    for (let tried = 0; tried < 20; tried += 1) await signIn(`user-${tried}`, "wrong horse battery");
    expect((await signIn("ann", PASSWORD)).status).toBe(429);
  });

  it("does not get around it by asking all at once, and makes nobody hash for long", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => signIn("ann", "wrong horse battery")));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
    for (const answer of answers)
      if (answer.status === 429) expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });
});
