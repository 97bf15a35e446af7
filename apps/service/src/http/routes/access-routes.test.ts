import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutgoingHttpHeaders } from "node:http";
import { auditPageSchema, issuedTokenSchema, repeatedTokenSchema, tokenListSchema, userListSchema } from "../../api.js";
import { bearer, startMemoryService, TOKENS, type MemoryService } from "../../testing/memory-service.js";
import { PASSWORD, postTo, signInAs } from "../../testing/sign-in-as.js";

let service: MemoryService;
beforeEach(async () => {
  service = await startMemoryService();
});
afterEach(() => service.close());

const admin = bearer(TOKENS.admin);
const post = (path: string, body: unknown) => postTo(service, `/api/v1${path}`, body, admin);
const get = async (path: string) => (await service.ask(`/api/v1${path}`, { headers: admin })).json();
const users = async () => userListSchema.parse(await get("/users")).users;
const tokens = async () => tokenListSchema.parse(await get("/tokens")).tokens;

const ANN = { name: "ann", role: "admin", password: PASSWORD };
const BOB = { name: "bob", role: "viewer", password: PASSWORD };

describe("users", () => {
  it("are added, and listed without anything of their password", async () => {
    const added = await post("/users", { ...ANN, by: "carla" });
    const ann = {
      name: "ann",
      role: "admin",
      disabled: false,
      version: 1,
      added: "2026-03-10T12:00:00.000Z",
      passwordSet: "2026-03-10T12:00:00.000Z",
    };
    expect([added.status, added.json()]).toEqual([201, ann]);
    expect(await users()).toEqual([ann]);
    expect((await post("/users", ANN)).status).toBe(409);
  });

  it("change: role, password, disabled and enabled", async () => {
    await post("/users", ANN);
    await post("/users", BOB);
    service.clock.advance(1_000);
    expect((await post("/users/bob/role", { role: "approver" })).json()).toMatchObject({ role: "approver" });
    expect((await post("/users/bob/password", { password: "another long password" })).json()).toMatchObject({
      passwordSet: "2026-03-10T12:00:01.000Z",
    });
    expect((await post("/users/bob/disable", {})).json()).toMatchObject({ disabled: true });
    expect((await post("/users/bob/enable", {})).json()).toMatchObject({ name: "bob", disabled: false });
  });

  it("who are unknown are not found, a weak password is refused, and the last admin stays", async () => {
    await post("/users", ANN);
    expect((await post("/users/eve/disable", {})).status).toBe(404);
    expect((await post("/users/ann/password", { password: "short" })).json()).toEqual({
      code: "weak-password",
      message: "A password has 12 to 256 characters; this one has 5.",
    });
    const refused = await post("/users/ann/role", { role: "viewer" });
    expect([refused.status, refused.json()]).toMatchObject([409, { code: "last-admin" }]);
  });
});

describe("tokens", () => {
  const asked = { title: "deploy", owner: "ann", role: "responder", expires: "2026-03-10T13:00:00Z" };

  it("show their secret once, and their state from then on", async () => {
    await post("/users", ANN);
    const answer = await post("/tokens", { ...asked, areas: ["alerts"] });
    expect(answer.status).toBe(201);
    const { id, secret } = issuedTokenSchema.parse(answer.json());
    const token = {
      id,
      title: "deploy",
      owner: "ann",
      role: "responder",
      areas: ["alerts"],
      issued: "2026-03-10T12:00:00.000Z",
      expires: "2026-03-10T13:00:00.000Z",
      state: "good",
      version: 1,
    };
    expect(await tokens()).toEqual([token]);
    service.clock.advance(3_600_000);
    expect(await tokens()).toMatchObject([{ state: "expired" }]);
    await service.ask(`/api/v1/tokens/${id}`, { method: "DELETE", headers: admin });
    expect(await tokens()).toMatchObject([{ state: "revoked" }]);
    expect(JSON.stringify([await tokens(), await users(), await get("/audit")])).not.toContain(secret);
  });

  it("are for whoever asks, and for somebody named where nobody is signed in", async () => {
    const { headers } = await signInAs(service, "ann");
    const { owner: _owner, ...unowned } = asked;
    expect((await postTo(service, "/api/v1/tokens", unowned, headers)).json()).toMatchObject({ owner: "ann" });
    const refused = await post("/tokens", unowned);
    expect([refused.status, refused.json()]).toMatchObject([400, { path: "owner" }]);
  });

  it("are refused with a role above their owner's, and without an end within reach", async () => {
    await post("/users", ANN);
    await post("/users", BOB);
    expect((await post("/tokens", { ...asked, owner: "bob" })).status).toBe(409);
    expect((await post("/tokens", { ...asked, expires: "2028-03-10T13:00:00Z" })).status).toBe(400);
    expect((await post("/tokens", { ...asked, owner: "eve" })).status).toBe(404);
    expect((await service.ask("/api/v1/tokens/x", { method: "DELETE", headers: admin })).status).toBe(404);
  });
});

describe("a write with an Idempotency-Key", () => {
  const keyed = (path: string, body: unknown, key: string, headers: OutgoingHttpHeaders = admin) =>
    postTo(service, `/api/v1${path}`, body, { ...headers, "idempotency-key": key });
  const asked = { title: "deploy", owner: "ann", role: "responder", expires: "2026-03-10T13:00:00Z" };
  const reused = { code: "key-reused", message: expect.stringContaining("asked for something else") };

  it("adds a user once, and the first one's password holds", async () => {
    const first = await keyed("/users", ANN, "key-1");
    service.clock.advance(1_000);
    for (const body of [ANN, { ...ANN, password: "another long password" }]) {
      const again = await keyed("/users", body, "key-1");
      expect([again.status, again.json()]).toEqual([201, first.json()]);
    }
    expect((await signInAs(service, "ann")).answer.status).toBe(200);
    for (const change of [{ name: "bob" }, { role: "viewer" }, { by: "carla" }]) {
      const refused = await keyed("/users", { ...ANN, ...change }, "key-1");
      expect([refused.status, refused.json()]).toEqual([409, reused]);
    }
    expect((await keyed("/users", ANN, "key-2")).json()).toMatchObject({ code: "user-exists" });
    expect((await users()).map(({ name }) => name)).toEqual(["ann"]);
  });

  it("is another caller's own", async () => {
    await keyed("/users", ANN, "key-1");
    const { headers } = await signInAs(service, "ann");
    expect((await keyed("/users", BOB, "key-1", headers)).status).toBe(201);
  });

  it("changes a user once, also where somebody changed it back since", async () => {
    await post("/users", ANN);
    await post("/users", BOB);
    await keyed("/users/bob/role", { role: "approver" }, "key-1");
    await post("/users/bob/role", { role: "viewer" });
    expect((await keyed("/users/bob/role", { role: "approver" }, "key-1")).json()).toMatchObject({ role: "viewer" });
    expect((await keyed("/users/bob/role", { role: "admin" }, "key-1")).json()).toEqual(reused);
    await keyed("/users/bob/disable", {}, "key-1");
    await post("/users/bob/enable", {});
    expect((await keyed("/users/bob/disable", {}, "key-1")).json()).toMatchObject({ disabled: false });
    await keyed("/users/bob/password", { password: "another long password" }, "key-1");
    service.clock.advance(1_000);
    expect((await keyed("/users/bob/password", { password: PASSWORD }, "key-1")).json()).toMatchObject({
      passwordSet: "2026-03-10T12:00:00.000Z",
    });
    expect((await keyed("/users/ann/password", { password: PASSWORD }, "key-1")).json()).toEqual(reused);
  });

  it("issues one token, and tells a repetition in words that its secret is gone", async () => {
    await post("/users", ANN);
    const first = issuedTokenSchema.parse((await keyed("/tokens", asked, "key-1")).json());
    const again = await keyed("/tokens", asked, "key-1");
    expect([again.status, repeatedTokenSchema.strict().parse(again.json())]).toEqual([
      200,
      {
        id: first.id,
        title: "deploy",
        owner: "ann",
        role: "responder",
        issued: "2026-03-10T12:00:00.000Z",
        expires: "2026-03-10T13:00:00.000Z",
        state: "good",
        version: 1,
        repeated: true,
        message: `This key issued the token ${first.id} before. Its secret was shown that once, and only its hash is kept. Who has no copy of it revokes the token and issues a new one, with a new key.`,
      },
    ]);
    expect(again.body).not.toContain(first.secret);
    expect((await tokens()).map(({ id }) => id)).toEqual([first.id]);
    expect((await service.ask("/api/v1/incidents", { headers: bearer(first.secret) })).status).toBe(200);
    await service.ask(`/api/v1/tokens/${first.id}`, { method: "DELETE", headers: admin });
    expect((await keyed("/tokens", asked, "key-1")).json()).toMatchObject({ state: "revoked" });
    for (const change of [
      { title: "x" },
      { role: "viewer" },
      { areas: ["alerts"] },
      { expires: asked.expires.replace("13", "14") },
    ]) {
      const refused = await keyed("/tokens", { ...asked, ...change }, "key-1");
      expect([refused.status, refused.json()]).toEqual([409, reused]);
    }
    expect((await keyed("/tokens", asked, "key-2")).status).toBe(201);
  });

  it("sent many times at once issues one token and tells one caller its secret", async () => {
    await post("/users", ANN);
    const answers = await Promise.all(Array.from({ length: 5 }, () => keyed("/tokens", asked, "key-1")));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
    expect(await tokens()).toHaveLength(1);
  });

  it("with a key that is none is refused", async () => {
    for (const path of ["/users", "/tokens", "/users/ann/role"]) {
      expect((await keyed(path, ANN, "two words")).status).toBe(400);
    }
  });

  it("leaves nothing of a password in what is stored, told or logged but its slow hash", async () => {
    await keyed("/users", ANN, "key-1");
    await keyed("/users", { ...ANN, role: "viewer" }, "key-1");
    await keyed("/users/ann/password", { password: "another long password" }, "key-2");
    const stored = JSON.stringify(await service.engine.audit({ afterNumber: 0, limit: 100 }));
    for (const text of [stored, service.log.join("")]) {
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toContain("another long password");
    }
  });
});

describe("the audit trail", () => {
  it("has every write of access with who did it, no secret, and a chain that is whole", async () => {
    await post("/users", { ...ANN, by: "carla" });
    await post("/users", BOB);
    await post("/users/bob/role", { role: "responder" });
    await post("/users/bob/password", { password: "another long password" });
    await post("/users/bob/disable", {});
    await post("/users/bob/enable", {});
    const { headers } = await signInAs(service, "ann");
    const issued = await postTo(
      service,
      "/api/v1/tokens",
      { title: "ci", role: "viewer", expires: "2026-03-10T13:00:00Z" },
      headers,
    );
    const { id } = issuedTokenSchema.parse(issued.json());
    await service.ask(`/api/v1/tokens/${id}`, { method: "DELETE", headers });
    await postTo(service, "/api/v1/sign-out", {}, headers);
    const page = auditPageSchema.parse(await get("/audit"));
    expect(page.entries.map(({ action, actor }) => `${action} by ${actor}`)).toEqual([
      "user.added by carla (token admin-name)",
      "user.added by admin-name",
      "user.role-changed by admin-name",
      "user.password-set by admin-name",
      "user.disabled by admin-name",
      "user.enabled by admin-name",
      "session.opened by ann",
      "token.issued by ann",
      "token.revoked by ann",
      "session.ended by ann",
    ]);
    expect(page.entries[0]).toMatchObject({ number: 1, at: "2026-03-10T12:00:00.000Z", subject: "user/ann" });
    expect(JSON.stringify(page)).not.toMatch(/scrypt|fingerprint|passwordHash/i);
    expect(await get("/audit/verify")).toEqual({ kind: "intact", entries: 10 });
  });

  it("is read in pages", async () => {
    for (const name of ["ann", "bob", "carla"]) await post("/users", { ...ANN, name });
    const first = auditPageSchema.parse(await get("/audit?limit=2"));
    expect([first.entries.map(({ number }) => number), first.next]).toEqual([[1, 2], 2]);
    const last = auditPageSchema.parse(await get(`/audit?limit=2&after=${first.next}`));
    expect([last.entries.map(({ number }) => number), last.next]).toEqual([[3], undefined]);
    for (const query of ["limit=0", "limit=1001", "after=-1", "after=x", "limit=1.5"]) {
      const answer = await service.ask(`/api/v1/audit?${query}`, { headers: admin });
      expect(answer.status, query).toBe(400);
    }
  });
});
