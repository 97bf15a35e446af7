import type { OutgoingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bearer, startMemoryService, TOKENS, type Answer, type MemoryService } from "../testing/memory-service.js";
import { cookieOf, PASSWORD, postTo, signInAs } from "../testing/sign-in-as.js";

let service: MemoryService;
beforeEach(async () => {
  service = await startMemoryService();
});
afterEach(() => service.close());

const post = (path: string, body: unknown, headers: OutgoingHttpHeaders = {}): Promise<Answer> =>
  postTo(service, path, body, headers);
const followLink = (given: object = {}, headers: OutgoingHttpHeaders = {}) =>
  post("/api/v1/sign-in/link", { secret: service.signInSecret, name: "ann", password: PASSWORD, ...given }, headers);
const sessionOf = async (headers: OutgoingHttpHeaders = {}) =>
  (await service.ask("/api/v1/session", { headers })).json();

const signIn = (name = "ann") => signInAs(service, name);

describe("the link of the first start", () => {
  it("makes the first admin and signs them in", async () => {
    expect(await sessionOf()).toEqual({ state: "signed-out", readsOpen: true, hasUsers: false });
    const answer = await followLink();
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ name: "ann", role: "admin", expires: "2026-03-11T00:00:00.000Z" });
    const cookie = cookieOf(answer).split(";")[0] ?? "";
    expect(await sessionOf({ cookie })).toEqual({ state: "signed-in", name: "ann", role: "admin", by: "session" });
    expect(await sessionOf()).toEqual({ state: "signed-out", readsOpen: true, hasUsers: true });
  });

  it("works once", async () => {
    await followLink();
    const again = await followLink({ name: "eve" });
    expect(again.status).toBe(401);
    expect(again.json()).toMatchObject({ code: "dead-link" });
    expect(service.engine.access.users().map(({ name }) => name)).toEqual(["ann"]);
  });

  it("makes one admin of two who follow it at once", async () => {
    const answers = await Promise.all([followLink(), followLink({ name: "eve" })]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
    expect(service.engine.access.users()).toHaveLength(1);
  });

  it("works for a quarter of an hour", async () => {
    service.clock.advance(15 * 60_000 - 1);
    expect((await followLink({ password: "short" })).status).toBe(400);
    service.clock.advance(1);
    expect((await followLink()).status).toBe(401);
  });

  it("is not used up by a password that is refused", async () => {
    const weak = await followLink({ password: "short" });
    expect(weak.status).toBe(400);
    expect(weak.json()).toMatchObject({ code: "weak-password" });
    expect((await followLink()).status).toBe(200);
  });

  it("is dead once there is a user, however it came to be", async () => {
    await service.engine.access.addUser({ name: "bob", role: "admin", password: PASSWORD, actor: "local" });
    expect((await followLink()).status).toBe(401);
  });

  it("is guarded by its secret alone", async () => {
    for (const secret of ["x", `${service.signInSecret}x`, service.signInSecret.slice(1)]) {
      expect((await followLink({ secret })).status).toBe(401);
    }
    expect(service.engine.access.users()).toEqual([]);
    expect(service.log.join("")).not.toContain(service.signInSecret);
  });
});

describe("signing in", () => {
  beforeEach(async () => {
    await followLink();
  });

  it("gives a cookie that no script reads and no other site sends", async () => {
    const { answer, cookie } = await signIn();
    expect(cookieOf(answer)).toMatch(
      /^plimsoll_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(answer.body).not.toContain(cookie.split("=")[1]);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  it("keeps the cookie to encrypted ways when the page came by one", async () => {
    const host = "plimsoll.example";
    const answer = await post(
      "/api/v1/sign-in",
      { name: "ann", password: PASSWORD },
      { host, origin: `https://${host}`, "sec-fetch-site": "same-origin" },
    );
    expect(cookieOf(answer)).toMatch(/; Secure$/);
  });

  it("lets one write, in one's own name whatever the body says", async () => {
    const { headers } = await signIn();
    const body = {
      slos: "all",
      effect: "drop",
      author: "eve",
      reason: "x",
      from: "2026-01-01T00:00:00Z",
      to: "2026-01-01T01:00:00Z",
    };
    const answer = await post("/api/v1/corrections", body, headers);
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ author: "ann" });
  });

  it("ends with signing out, at once", async () => {
    const { cookie } = await signIn();
    const out = await service.ask("/api/v1/sign-out", { method: "POST", headers: { cookie } });
    expect(out.status).toBe(204);
    expect(cookieOf(out)).toContain("Max-Age=0");
    expect(await sessionOf({ cookie })).toMatchObject({ state: "signed-out" });
  });

  it("ends after twelve hours", async () => {
    const { cookie } = await signIn();
    service.clock.advance(12 * 3_600_000 - 1);
    expect(await sessionOf({ cookie })).toMatchObject({ state: "signed-in" });
    service.clock.advance(1);
    expect(await sessionOf({ cookie })).toMatchObject({ state: "signed-out" });
  });

  it("is over for whoever is disabled or gets a new password", async () => {
    const access = service.engine.access;
    await access.addUser({ name: "bob", role: "viewer", password: PASSWORD, actor: "ann" });
    const first = await signIn("bob");
    await access.setPassword({ name: "bob", password: "another long password", actor: "ann" });
    expect(await sessionOf({ cookie: first.cookie })).toMatchObject({ state: "signed-out" });
    await access.setPassword({ name: "bob", password: PASSWORD, actor: "ann" });
    const second = await signIn("bob");
    await access.disableUser({ name: "bob", actor: "ann" });
    expect(await sessionOf({ cookie: second.cookie })).toMatchObject({ state: "signed-out" });
    const refused = await post("/api/v1/sign-in", { name: "bob", password: PASSWORD });
    expect(refused.status).toBe(401);
  });

  it("is told apart from a token", async () => {
    expect(await sessionOf(bearer(TOKENS.approver))).toEqual({
      state: "signed-in",
      name: "approver-name",
      role: "approver",
      by: "token",
    });
  });

  it("leaves neither password nor secrets in the log, nor a name that may be a password", async () => {
    const { cookie, csrf } = await signIn();
    await post("/api/v1/sign-in", { name: PASSWORD, password: "ann" });
    const log = service.log.join("");
    for (const secret of [PASSWORD, csrf, cookie.split("=")[1] ?? ""]) expect(log).not.toContain(secret);
    expect(log).toContain("a sign-in was refused");
  });
});

describe("one's own password", () => {
  const NEW = "another long password";
  const change = (headers: OutgoingHttpHeaders, given: object = {}) =>
    post("/api/v1/session/password", { current: PASSWORD, password: NEW, ...given }, headers);

  it("is changed with the one before, and every other session ends", async () => {
    const [here, elsewhere] = [await signInAs(service, "bob", "viewer"), await signInAs(service, "bob", "viewer")];
    const answer = await change(here.headers);
    expect(answer.json()).toMatchObject({ name: "bob", role: "viewer" });
    const cookie = cookieOf(answer).split(";")[0] ?? "";
    expect(await sessionOf({ cookie })).toMatchObject({ state: "signed-in", name: "bob" });
    for (const old of [here, elsewhere]) {
      expect(await sessionOf({ cookie: old.cookie })).toMatchObject({ state: "signed-out" });
    }
    expect((await post("/api/v1/sign-in", { name: "bob", password: NEW })).status).toBe(200);
  });

  it("is not changed without the one before, and guessing that one ends as at the door", async () => {
    const { cookie, headers } = await signInAs(service, "bob", "viewer");
    for (let tried = 0; tried < 5; tried += 1) {
      expect((await change(headers, { current: "wrong horse battery" })).status).toBe(401);
    }
    expect((await change(headers)).status).toBe(429);
    expect(await sessionOf({ cookie })).toMatchObject({ state: "signed-in" });
  });

  it("is not changed to a weak one, by a token, or by a page without the second secret", async () => {
    const { cookie, headers } = await signInAs(service, "bob", "viewer");
    expect((await change(headers, { password: "short" })).json()).toMatchObject({ code: "weak-password" });
    expect((await change(bearer(TOKENS.admin))).json()).toMatchObject({ code: "no-session" });
    expect((await change({ cookie })).json()).toMatchObject({ code: "no-csrf" });
    expect((await post("/api/v1/sign-in", { name: "bob", password: PASSWORD })).status).toBe(200);
  });
});
