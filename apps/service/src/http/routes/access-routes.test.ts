import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditPageSchema, issuedTokenSchema, tokenListSchema, userListSchema } from "../../api.js";
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
