import { AREAS, type Area, type Role } from "@plimsoll/core";
import type { OutgoingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { issuedTokenSchema } from "../api.js";
import { bearer, startMemoryService, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";
import { PASSWORD, postTo, signInAs } from "../testing/sign-in-as.js";

let service: MemoryService;
beforeEach(async () => {
  service = await startMemoryService();
});
afterEach(() => service.close());

const CORRECTION = {
  slos: "all",
  effect: "drop",
  author: "ann",
  reason: "test",
  from: "2026-01-01T00:00:00Z",
  to: "2026-01-01T01:00:00Z",
};
const post = (path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> =>
  postTo(service, path, body, headers);
const correct = (headers: OutgoingHttpHeaders) => post("/api/v1/corrections", CORRECTION, headers);
const codeOf = (answer: Answer) => [answer.status, (answer.json() as { readonly code?: string }).code];

/** Every write that the service's own description lists, so that none is forgotten when one is added. */
async function writes(): Promise<readonly { readonly method: string; readonly path: string }[]> {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse((await service.ask("/api/v1/openapi.json")).json());
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== "get" && method !== "head")
      .map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, "x") })),
  );
}

/** Sends each of them without a body: whoever is refused must be so before one is looked at. */
async function tryAll(headers: OutgoingHttpHeaders): Promise<readonly string[]> {
  const all = (await writes()).filter(({ path }) => !path.includes("/sign-"));
  expect(all.length).toBeGreaterThanOrEqual(14);
  return Promise.all(
    all.map(async ({ method, path }) => {
      const answer = await service.ask(path, { method, headers });
      return `${method} ${path} ${codeOf(answer).join(" ")}`;
    }),
  );
}

async function issue(change: { readonly role?: Role; readonly areas?: readonly Area[]; readonly expires?: string }) {
  await service.engine.access.addUser({ name: "ann", role: "admin", password: PASSWORD, actor: "test" });
  const asked = { title: "deploy", owner: "ann", role: "admin", expires: "2026-03-11T12:00:00Z", ...change };
  const answer = await post("/api/v1/tokens", asked, bearer(TOKENS.admin));
  return issuedTokenSchema.parse(answer.json());
}

describe("somebody without leave", () => {
  it("writes nothing without a token, anywhere", async () => {
    for (const tried of await tryAll({})) expect(tried).toMatch(/ 401 no-token$/);
  });

  it("writes nothing as a viewer, anywhere", async () => {
    for (const tried of await tryAll(bearer(TOKENS.viewer))) {
      // A preview is a question that does not fit into an address, and a password is one's own: they miss their body.
      expect(tried).toMatch(/\/(?:preview|session\/password) 40[04] |\S 403 wrong-role$/);
    }
  });

  it("manages neither users nor tokens, and reads no audit trail, as an approver", async () => {
    for (const path of ["/api/v1/users", "/api/v1/tokens", "/api/v1/audit", "/api/v1/audit/verify"]) {
      expect(codeOf(await service.ask(path))).toEqual([401, "no-token"]);
      expect(codeOf(await service.ask(path, { headers: bearer(TOKENS.approver) }))).toEqual([403, "wrong-role"]);
    }
    const user = { name: "eve", role: "admin", password: PASSWORD };
    expect(codeOf(await post("/api/v1/users", user, bearer(TOKENS.approver)))).toEqual([403, "wrong-role"]);
  });

  it("does not become an admin by asking for more than is asked", async () => {
    await signInAs(service, "ann");
    await signInAs(service, "bob", "viewer");
    const more = { name: "bob", password: PASSWORD, role: "admin" };
    expect((await post("/api/v1/sign-in", more)).status).toBe(400);
    expect((await post("/api/v1/sign-in", '{"__proto__":{"role":"admin"},"name":"bob","password":"x"}')).status).toBe(
      400,
    );
  });
});

describe("a token", () => {
  it("writes in its areas only, and reads nothing there that only admins may", async () => {
    const { secret } = await issue({ areas: ["alerts"] });
    expect(codeOf(await correct(bearer(secret)))).toEqual([403, "wrong-area"]);
    expect(codeOf(await post("/api/v1/users", {}, bearer(secret)))).toEqual([403, "wrong-area"]);
    expect(codeOf(await service.ask("/api/v1/audit", { headers: bearer(secret) }))).toEqual([403, "wrong-area"]);
    expect((await service.ask("/api/v1/slos", { headers: bearer(secret) })).status).toBe(200);
  });

  it("finds an area for every write, so that none is closed to confined tokens by mistake", async () => {
    const { secret } = await issue({ areas: AREAS });
    for (const tried of await tryAll(bearer(secret))) expect(tried).not.toMatch(/ 403 /);
  });

  it("writes where its area lets it, under its owner's name and its own", async () => {
    const { secret } = await issue({ areas: ["decisions"], role: "approver" });
    const answer = await correct(bearer(secret));
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ author: "ann (ann (token deploy))" });
  });

  it("is good until it expires, and not then", async () => {
    const { secret } = await issue({ expires: "2026-03-10T13:00:00Z" });
    service.clock.advance(3_600_000 - 1);
    expect((await correct(bearer(secret))).status).toBe(201);
    service.clock.advance(1);
    expect(codeOf(await correct(bearer(secret)))).toEqual([401, "no-token"]);
  });

  it("is no longer good once it is revoked, or its owner is disabled, and may no more than its owner", async () => {
    const { id, secret } = await issue({});
    const { access } = service.engine;
    await signInAs(service, "bob");
    await access.changeRole({ name: "ann", role: "viewer", actor: "bob" });
    expect(codeOf(await correct(bearer(secret)))).toEqual([403, "wrong-role"]);
    await access.changeRole({ name: "ann", role: "admin", actor: "bob" });
    await access.disableUser({ name: "ann", actor: "bob" });
    expect(codeOf(await correct(bearer(secret)))).toEqual([401, "no-token"]);
    await access.enableUser({ name: "ann", actor: "bob" });
    expect((await correct(bearer(secret))).status).toBe(201);
    const revoked = await service.ask(`/api/v1/tokens/${id}`, { method: "DELETE", headers: bearer(TOKENS.admin) });
    expect(revoked.status).toBe(204);
    expect(codeOf(await correct(bearer(secret)))).toEqual([401, "no-token"]);
  });

  it("that is wrong is not made up for by a cookie", async () => {
    const { headers } = await signInAs(service, "ann");
    expect(codeOf(await correct({ ...headers, ...bearer("wrong-token-0000000") }))).toEqual([401, "no-token"]);
  });
});

describe("a stolen cookie", () => {
  it("writes nothing without the second secret, anywhere", async () => {
    const { cookie } = await signInAs(service, "ann");
    for (const tried of await tryAll({ cookie })) expect(tried).toMatch(/ 403 no-csrf$/);
  });

  it("writes nothing with another session's second secret, or its own first", async () => {
    const { cookie } = await signInAs(service, "ann");
    const other = await signInAs(service, "eve");
    for (const csrf of [other.csrf, cookie.split("=")[1], "", "undefined"]) {
      expect(codeOf(await correct({ cookie, "x-plimsoll-csrf": csrf }))).toEqual([403, "no-csrf"]);
    }
    expect((await correct(other.headers)).status).toBe(201);
  });

  it("is of no use as a token, and a token is of none as a cookie", async () => {
    const { cookie } = await signInAs(service, "ann");
    expect((await correct(bearer(cookie.split("=")[1] ?? ""))).status).toBe(401);
    const { secret } = await issue({});
    expect((await correct({ cookie: `plimsoll_session=${secret}` })).status).toBe(401);
  });

  it("does not stand in for the one that was planted before it", async () => {
    const { cookie, headers } = await signInAs(service, "ann");
    const planted = "plimsoll_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    expect((await correct({ ...headers, cookie: `${planted}; ${cookie}` })).status).toBe(401);
    expect((await correct({ ...headers, cookie: `x=${cookie}; a; ${cookie}` })).status).toBe(201);
  });
});

describe("a page of another site", () => {
  it.each([
    ["says so by its origin", { origin: "https://evil.example" }],
    ["is sandboxed", { origin: "null" }],
    ["is on another port of this machine", { origin: "http://127.0.0.1:3000" }],
    ["is told by the browser", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
    ["posts a form", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }],
  ])("writes nothing, signs nobody in and nobody out: it %s", async (_words, page) => {
    const { headers, cookie } = await signInAs(service, "ann");
    for (const tried of await tryAll({ ...headers, ...page })) expect(tried).toMatch(/ 403 wrong-origin$/);
    const known = { name: "ann", password: PASSWORD };
    expect(codeOf(await post("/api/v1/sign-in", known, page))).toEqual([403, "wrong-origin"]);
    const link = { ...known, secret: service.signInSecret };
    expect(codeOf(await post("/api/v1/sign-in/link", link, page))).toEqual([403, "wrong-origin"]);
    expect((await post("/api/v1/sign-out", {}, { cookie, ...page })).status).toBe(403);
    expect((await service.ask("/api/v1/session", { headers: { cookie } })).json()).toMatchObject({
      state: "signed-in",
    });
  });

  it("does not read who is signed in under a name that was bound to this machine", async () => {
    const { headers } = await signInAs(service, "ann");
    for (const host of ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"]) {
      const asked = { ...headers, host };
      expect((await service.ask("/api/v1/session", { headers: asked })).status).toBe(421);
      for (const tried of await tryAll(asked)) expect(tried).toMatch(/ 421 wrong-host$/);
      const known = { name: "ann", password: PASSWORD };
      expect((await post("/api/v1/sign-in", known, { host, origin: `http://${host}` })).status).toBe(421);
    }
  });
});
