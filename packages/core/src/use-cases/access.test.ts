import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../ports/credentials.js";
import type { StoredEvent } from "../ports/event-store.js";
import { createAccessBook } from "./access-book.js";
import { createAccessDesk } from "./access-desk.js";
import { createAccessWriter } from "./access-writer.js";
import type { Journal } from "./journal.js";
import { createSerialQueue } from "./serial-queue.js";
import { createSignInDesk } from "./sign-in-desk.js";

const START_MS = 1_800_000_000_000;
const PASSWORD = "correct horse battery";

/** Readable in place of random and hashed. */
function plainCredentials(): Credentials & { verified: number } {
  let count = 0;
  return {
    verified: 0,
    newSecret: () => `secret-${(count += 1)}`,
    fingerprint: (secret) => `print:${secret}`,
    hashPassword: async (password) => `hash:${password}`,
    async verifyPassword(password, hash) {
      this.verified += 1;
      return hash === `hash:${password}`;
    },
  };
}

function openAccess() {
  const stored: StoredEvent[] = [];
  const book = createAccessBook();
  const journal: Journal = {
    replay: async () => 0,
    commit: async (decide) => {
      const written = (await decide()).flatMap(({ stream, entries }) =>
        entries.map((entry): StoredEvent => {
          const version = stored.filter((one) => one.stream === stream).length + 1;
          return { ...entry, stream, version, id: `${stream}@${version}`, position: stored.length + 1 };
        }),
      );
      for (const event of written) {
        stored.push(event);
        book.projection.apply(event);
      }
      return written;
    },
  };
  let nowMs = START_MS;
  let relayed = 0;
  let ids = 0;
  const credentials = plainCredentials();
  const write = createAccessWriter({ journal, book, relay: async () => (relayed += 1) });
  const parts = {
    clock: { now: () => DateTime.fromMillis(nowMs, { zone: "utc" }) },
    ids: { next: () => `id-${(ids += 1)}` },
    credentials,
    book,
    write,
    hashing: createSerialQueue(),
  };
  return {
    ...createAccessDesk(parts),
    ...createSignInDesk(parts),
    book,
    stored,
    credentials,
    relayed: () => relayed,
    advance: (ms: number) => void (nowMs += ms),
  };
}

async function withAnn() {
  const access = openAccess();
  await access.addUser({ actor: "local", name: "ann", role: "admin", password: PASSWORD });
  return access;
}

const fromHome = { name: "ann", password: PASSWORD, address: "10.0.0.1" };

describe("users", () => {
  it("are stored, published and shown, their hashes not shown", async () => {
    const access = await withAnn();
    expect(access.stored).toMatchObject([{ stream: "access/user/ann", type: "user.added", actor: "local" }]);
    expect(access.relayed()).toBe(1);
    expect(access.users()).toEqual([
      { name: "ann", role: "admin", disabled: false, version: 1, addedAtMs: START_MS, passwordSetAtMs: START_MS },
    ]);
  });

  it("get no weak password, and nothing is stored then", async () => {
    const access = openAccess();
    const asked = { actor: "local", name: "ann", role: "admin", password: "short" } as const;
    expect(await access.addUser(asked)).toMatchObject({ ok: false, error: { code: "weak-password" } });
    expect(await access.setPassword({ actor: "local", name: "ann", password: "short" })).toMatchObject({ ok: false });
    expect(access.stored).toEqual([]);
    expect(access.relayed()).toBe(0);
  });

  it("are changed once for a request's id, its password in neither the request nor the answer", async () => {
    const access = openAccess();
    const asked = { actor: "local", name: "ann", role: "admin", causeId: "key-1" } as const;
    await access.addUser({ ...asked, password: PASSWORD });
    expect(await access.addUser({ ...asked, password: "another long one" })).toEqual({ ok: true, value: undefined });
    expect(access.stored.map(({ data }) => data)).toEqual([
      { name: "ann", role: "admin", causeId: "key-1", passwordHash: `hash:${PASSWORD}` },
    ]);
    expect(await access.signIn(fromHome)).toMatchObject({ ok: true });
    expect(await access.addUser({ ...asked, role: "viewer", password: PASSWORD })).toMatchObject({
      error: { code: "key-reused" },
    });
    expect([...access.book.state().requests]).toEqual([["user.added key-1", '["local","ann","admin"]']]);
  });

  it("are refused as the rules say", async () => {
    const access = await withAnn();
    expect(await access.disableUser({ actor: "ann", name: "ann" })).toMatchObject({ error: { code: "last-admin" } });
    expect(access.relayed()).toBe(1);
  });

  it("change their password, role and standing", async () => {
    const access = await withAnn();
    await access.addUser({ actor: "ann", name: "bob", role: "viewer", password: PASSWORD });
    await access.changeRole({ actor: "ann", name: "bob", role: "responder" });
    await access.disableUser({ actor: "ann", name: "bob" });
    await access.enableUser({ actor: "ann", name: "bob" });
    access.advance(1);
    expect(await access.setPassword({ actor: "bob", name: "bob", password: "another long one" })).toMatchObject({
      ok: true,
    });
    expect(access.stored.slice(1).map(({ actor, type }) => [type, actor])).toEqual([
      ["user.added", "ann"],
      ["user.role-changed", "ann"],
      ["user.disabled", "ann"],
      ["user.enabled", "ann"],
      ["user.password-set", "bob"],
    ]);
    expect(access.users()[1]).toMatchObject({ role: "responder", disabled: false, passwordSetAtMs: START_MS + 1 });
  });
});

describe("signing in", () => {
  it("opens a session that lets its holder in until it is over", async () => {
    const access = await withAnn();
    const opened = await access.signIn(fromHome);
    if (!opened.ok) throw new Error(opened.error.message);
    const { csrf, expiresMs, principal, secret } = opened.value;
    expect(principal).toEqual({ name: "ann", role: "admin", by: { kind: "session", sessionId: "id-1" } });
    expect(expiresMs).toBe(START_MS + 12 * 3_600_000);
    expect(access.bySession(secret)).toEqual(principal);
    expect(access.csrfFits("id-1", csrf)).toBe(true);
    expect(access.csrfFits("id-1", secret)).toBe(false);
    expect(access.csrfFits("id-2", csrf)).toBe(false);
    expect(access.bySession(csrf)).toBeUndefined();
    access.advance(12 * 3_600_000);
    expect(access.bySession(secret)).toBeUndefined();
  });

  it("stores no secret", async () => {
    const access = await withAnn();
    await access.signIn(fromHome);
    expect(access.stored[1]?.data).toMatchObject({
      fingerprint: "print:secret-2",
      csrfFingerprint: "print:secret-3",
    });
  });

  it("says no more than that it failed, and works as hard for a name that is not there", async () => {
    const access = await withAnn();
    const wrong = { ok: false, error: { code: "wrong-credentials", message: expect.any(String) as string } };
    expect(await access.signIn({ ...fromHome, password: "wrong horse battery" })).toEqual(wrong);
    expect(await access.signIn({ ...fromHome, name: "eve" })).toEqual(wrong);
    expect(access.credentials.verified).toBe(2);
    await access.addUser({ actor: "ann", name: "bob", role: "viewer", password: PASSWORD });
    await access.disableUser({ actor: "ann", name: "bob" });
    expect(await access.signIn({ ...fromHome, name: "bob" })).toEqual(wrong);
  });

  it("makes whoever guesses wait, also with attempts side by side", async () => {
    const access = await withAnn();
    const guesses = Array.from({ length: 8 }, () => access.signIn({ ...fromHome, password: "wrong horse battery" }));
    const codes = (await Promise.all(guesses)).map((one) => (one.ok ? "in" : one.error.code));
    expect(codes).toEqual([...Array<string>(5).fill("wrong-credentials"), ...Array<string>(3).fill("locked")]);
    expect(await access.signIn(fromHome)).toMatchObject({
      error: { code: "locked", untilMs: START_MS + 15 * 60_000 },
    });
    expect(access.credentials.verified).toBe(5);
    access.advance(15 * 60_000);
    expect(await access.signIn(fromHome)).toMatchObject({ ok: true });
  });

  it("forgets wrong passwords once the right one came", async () => {
    const access = await withAnn();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) await access.signIn({ ...fromHome, password: "wrong" });
      expect(await access.signIn(fromHome)).toMatchObject({ ok: true });
    }
  });

  it("fails for somebody who was disabled while the password was verified", async () => {
    const access = await withAnn();
    await access.addUser({ actor: "ann", name: "bob", role: "viewer", password: PASSWORD });
    const verify = access.credentials.verifyPassword.bind(access.credentials);
    access.credentials.verifyPassword = async (password, hash) => {
      await access.disableUser({ actor: "ann", name: "bob" });
      return verify(password, hash);
    };
    expect(await access.signIn({ ...fromHome, name: "bob" })).toMatchObject({ error: { code: "wrong-credentials" } });
  });

  it("ends with signing out, once", async () => {
    const access = await withAnn();
    const opened = await access.signIn(fromHome);
    await access.signOut("id-1");
    await access.signOut("id-1");
    expect(access.stored.map(({ actor, type }) => [type, actor])).toEqual([
      ["user.added", "local"],
      ["session.opened", "ann"],
      ["session.ended", "ann"],
    ]);
    expect(opened.ok && access.bySession(opened.value.secret)).toBeUndefined();
  });
});

describe("tokens", () => {
  it("are shown once, and let their holder in until they are revoked", async () => {
    const access = await withAnn();
    const asked = { actor: "ann", title: "deploy", owner: "ann", role: "responder", expiresMs: START_MS + 10 } as const;
    const issued = await access.issueToken({ ...asked, areas: ["alerts"] });
    if (!issued.ok) throw new Error(issued.error.message);
    if (issued.value.kind !== "issued") throw new Error("nothing was repeated");
    const { id, secret } = issued.value;
    expect(access.byToken(secret)).toEqual({
      name: "ann (token deploy)",
      role: "responder",
      areas: ["alerts"],
      by: { kind: "token", tokenId: id },
    });
    expect(access.byToken("another")).toBeUndefined();
    expect(access.tokens()).toEqual([
      {
        id,
        title: "deploy",
        owner: "ann",
        role: "responder",
        areas: ["alerts"],
        issuedAtMs: START_MS,
        expiresMs: START_MS + 10,
        revoked: false,
        version: 1,
      },
    ]);
    await access.revokeToken({ actor: "ann", id });
    expect(access.byToken(secret)).toBeUndefined();
    expect(access.tokens()[0]?.revoked).toBe(true);
  });

  it("are issued once for an id; a repetition gets no secret, and mints none", async () => {
    const access = await withAnn();
    const asked = { actor: "ann", title: "ci", owner: "ann", role: "viewer", expiresMs: START_MS + 10 } as const;
    const first = await access.issueToken({ ...asked, id: "of-key-1" });
    expect(first).toEqual({ ok: true, value: { kind: "issued", id: "of-key-1", secret: "secret-1" } });
    access.advance(5);
    const again = await access.issueToken({ ...asked, id: "of-key-1" });
    expect(again).toEqual({ ok: true, value: { kind: "repeated", token: access.tokens()[0] } });
    expect(access.stored.map(({ type }) => type)).toEqual(["user.added", "token.issued"]);
    expect(access.byToken("secret-1")).toBeDefined();
    expect(access.byToken("secret-2")).toBeUndefined();
    expect(await access.issueToken({ ...asked, id: "of-key-1", title: "cd" })).toMatchObject({
      error: { code: "key-reused" },
    });
    expect(await access.issueToken(asked)).toMatchObject({ value: { kind: "issued", id: "id-1" } });
    expect(access.tokens()).toHaveLength(2);
  });

  it("have every area unless told otherwise, and are refused as the rules say", async () => {
    const access = await withAnn();
    const asked = { actor: "ann", title: "all", owner: "ann", role: "admin", expiresMs: START_MS + 10 } as const;
    await access.issueToken(asked);
    expect(access.tokens()[0]).not.toHaveProperty("areas");
    expect(await access.issueToken({ ...asked, expiresMs: START_MS })).toMatchObject({
      error: { code: "invalid-expiry" },
    });
  });
});

describe("the book", () => {
  it("sets aside what it can not read", () => {
    const book = createAccessBook();
    const event = {
      id: "x",
      stream: "access/user/x",
      version: 3,
      position: 1,
      type: "user.added",
      atMs: 1,
      actor: "a",
    };
    book.projection.apply({ ...event, data: { name: "x" } });
    expect(book.unreadable()).toEqual(["access/user/x, version 3: not about access that this version can read"]);
    expect(book.state().users.size).toBe(0);
  });

  it("is made again from what was stored", async () => {
    const access = await withAnn();
    const opened = await access.signIn(fromHome);
    const again = createAccessBook();
    for (const event of access.stored) again.projection.apply(event);
    expect(again.state()).toEqual(access.book.state());
    expect(opened.ok && again.sessionBy(`print:${opened.value.secret}`)?.user).toBe("ann");
  });
});
