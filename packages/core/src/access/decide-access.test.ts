import { describe, expect, it } from "vitest";
import { evolveAccess, NO_ACCESS, type AccessState } from "./access-state.js";
import { decideAccess, LONGEST_TOKEN_MS, SESSION_MS, type AccessCommand } from "./decide-access.js";

const AT_MS = 1_800_000_000_000;
const base = { atMs: AT_MS, actor: "ann" } as const;

function after(...commands: readonly AccessCommand[]): AccessState {
  return commands.reduce((state, command) => {
    const decided = decideAccess(state, command);
    if (!decided.ok) throw new Error(decided.error.message);
    return decided.value.reduce(evolveAccess, state);
  }, NO_ACCESS);
}

const decidedBy = (state: AccessState, command: AccessCommand) => {
  const decided = decideAccess(state, command);
  if (!decided.ok) throw new Error(decided.error.message);
  return decided.value;
};

const add = (name: string, role: "viewer" | "responder" | "approver" | "admin"): AccessCommand => ({
  type: "add-user",
  name,
  role,
  passwordHash: `hash of ${name}`,
  ...base,
});
const issue = (id: string, change: object = {}): AccessCommand => ({
  type: "issue-token",
  id,
  title: "deploy",
  owner: "ann",
  role: "responder",
  fingerprint: `print of ${id}`,
  expiresMs: AT_MS + 1,
  ...base,
  ...change,
});
const openSession = (user: string, id = "s1"): AccessCommand => ({
  type: "open-session",
  id,
  user,
  fingerprint: `print of ${id}`,
  csrfFingerprint: `csrf of ${id}`,
  ...base,
});

describe("users", () => {
  it("are added with a role and a hash", () => {
    expect(decideAccess(NO_ACCESS, add("ann", "admin"))).toEqual({
      ok: true,
      value: [{ type: "user.added", ...base, data: { name: "ann", role: "admin", passwordHash: "hash of ann" } }],
    });
    expect(after(add("ann", "admin")).users.get("ann")).toEqual({
      name: "ann",
      role: "admin",
      passwordHash: "hash of ann",
      disabled: false,
      version: 1,
      addedAtMs: AT_MS,
      passwordSetAtMs: AT_MS,
    });
  });

  it.each(["a", "a1", "ann.lee", "a_b-c", `a${"b".repeat(61)}c`])("may be called %s", (name) => {
    expect(decideAccess(NO_ACCESS, add(name, "viewer")).ok).toBe(true);
  });

  it.each(["", "Ann", "a b", ".a", "a.", "-", "a\nb", "a/b", `a${"b".repeat(62)}c`, "ann\n"])(
    "may not be called %j",
    (name) => {
      const decided = decideAccess(NO_ACCESS, add(name, "viewer"));
      expect(decided).toMatchObject({ ok: false, error: { code: "invalid-name" } });
    },
  );

  it("may not be called as the engine is in the records", () => {
    expect(decideAccess(NO_ACCESS, add("engine", "admin"))).toEqual({
      ok: false,
      error: {
        code: "invalid-name",
        message: "The records call Plimsoll itself engine; a user needs another name.",
      },
    });
    expect(decideAccess(NO_ACCESS, add("engine2", "admin"))).toMatchObject({ ok: true });
  });

  it("are not added twice", () => {
    expect(decideAccess(after(add("ann", "admin")), add("ann", "viewer"))).toMatchObject({
      ok: false,
      error: {
        code: "user-exists",
        message: "There is a user ann already; enable it again, or choose another name.",
      },
    });
  });

  it.each(["set-password", "change-role", "disable-user", "enable-user"] as const)("who are unknown: %s", (type) => {
    const command = { type, name: "bob", role: "viewer", passwordHash: "x", ...base } as AccessCommand;
    expect(decideAccess(NO_ACCESS, command)).toEqual({
      ok: false,
      error: { code: "unknown-user", message: "There is no user bob; list them to see which there are." },
    });
  });

  it("lose their sessions, and only theirs, with a new password", () => {
    const state = after(add("ann", "admin"), add("bob", "viewer"), openSession("ann", "s1"), openSession("bob", "s2"), {
      type: "set-password",
      name: "ann",
      passwordHash: "new",
      atMs: AT_MS + 5,
      actor: "ann",
    });
    expect(state.users.get("ann")).toMatchObject({ passwordHash: "new", passwordSetAtMs: AT_MS + 5, addedAtMs: AT_MS });
    expect([...state.sessions.keys()]).toEqual(["s2"]);
  });

  it("are disabled at once, and enabled again", () => {
    const one = after(add("ann", "admin"), add("bob", "viewer"), openSession("bob"), {
      type: "disable-user",
      name: "bob",
      ...base,
    });
    expect(one.users.get("bob")?.disabled).toBe(true);
    expect(one.sessions.size).toBe(0);
    expect(decideAccess(one, { type: "disable-user", name: "bob", ...base })).toEqual({ ok: true, value: [] });
    const two = decideAccess(one, { type: "enable-user", name: "bob", ...base });
    expect(two).toEqual({ ok: true, value: [{ type: "user.enabled", ...base, data: { name: "bob" } }] });
    const three = two.ok ? two.value.reduce(evolveAccess, one) : one;
    expect(three.users.get("bob")?.disabled).toBe(false);
    expect(decideAccess(three, { type: "enable-user", name: "bob", ...base })).toEqual({ ok: true, value: [] });
  });

  it("change their role; the same role again is nothing new", () => {
    const state = after(add("ann", "admin"), add("bob", "viewer"), {
      type: "change-role",
      name: "bob",
      role: "approver",
      ...base,
    });
    expect(state.users.get("bob")?.role).toBe("approver");
    expect(decideAccess(state, { type: "change-role", name: "bob", role: "approver", ...base })).toEqual({
      ok: true,
      value: [],
    });
  });

  it("keep one admin who can sign in", () => {
    const lone = after(add("ann", "admin"), add("bob", "admin"), { type: "disable-user", name: "bob", ...base });
    const message = "ann is the only admin who can sign in; make another one first.";
    const refused = { ok: false, error: { code: "last-admin", message } };
    expect(decideAccess(lone, { type: "disable-user", name: "ann", ...base })).toEqual(refused);
    expect(decideAccess(lone, { type: "change-role", name: "ann", role: "approver", ...base })).toEqual(refused);
    const two = after(add("ann", "admin"), add("bob", "admin"), add("eve", "viewer"));
    expect(decideAccess(two, { type: "disable-user", name: "ann", ...base }).ok).toBe(true);
    expect(decideAccess(two, { type: "change-role", name: "ann", role: "viewer", ...base }).ok).toBe(true);
    const withEve = after(add("ann", "admin"), add("eve", "viewer"));
    expect(decideAccess(withEve, { type: "disable-user", name: "eve", ...base }).ok).toBe(true);
    expect(decideAccess(withEve, { type: "change-role", name: "eve", role: "admin", ...base }).ok).toBe(true);
  });
});

describe("tokens", () => {
  it("are issued to somebody, for a while", () => {
    const state = after(add("ann", "admin"), issue("t1", { areas: ["alerts"] }));
    expect(state.tokens.get("t1")).toEqual({
      id: "t1",
      title: "deploy",
      owner: "ann",
      role: "responder",
      areas: ["alerts"],
      fingerprint: "print of t1",
      issuedBy: "ann",
      issuedAtMs: AT_MS,
      expiresMs: AT_MS + 1,
      revoked: false,
      version: 1,
    });
    expect(after(add("ann", "admin"), issue("t1")).tokens.get("t1")).not.toHaveProperty("areas");
  });

  it("can do no more than their owner", () => {
    expect(decideAccess(after(add("ann", "viewer")), issue("t1"))).toEqual({
      ok: false,
      error: { code: "role-above-owner", message: "ann is viewer; a token can not be responder then." },
    });
    expect(decideAccess(after(add("ann", "responder")), issue("t1")).ok).toBe(true);
  });

  it.each([
    [0, false],
    [1, true],
    [LONGEST_TOKEN_MS, true],
    [LONGEST_TOKEN_MS + 1, false],
    [Number.NaN, false],
  ])("that end in %d ms: %s", (inMs, allowed) => {
    const decided = decideAccess(after(add("ann", "admin")), issue("t1", { expiresMs: AT_MS + inMs }));
    expect(decided).toMatchObject(
      allowed
        ? { ok: true }
        : {
            error: {
              code: "invalid-expiry",
              message: "A token expires in the future, within 366 days; issue a new one then.",
            },
          },
    );
  });

  it("are not issued to somebody who is disabled, or unknown", () => {
    const state = after(add("ann", "admin"), add("bob", "admin"), { type: "disable-user", name: "ann", ...base });
    expect(decideAccess(state, issue("t1"))).toEqual({
      ok: false,
      error: { code: "user-disabled", message: "The user ann is disabled." },
    });
    expect(decideAccess(NO_ACCESS, issue("t1"))).toMatchObject({ error: { code: "unknown-user" } });
  });

  it("are a hundred at most for one owner, those that are over not counted", () => {
    const many = Array.from({ length: 99 }, (_, index) => issue(`t${index}`));
    const others = [add("bob", "admin"), issue("bobs", { owner: "bob" })];
    const state = after(add("ann", "admin"), ...others, ...many);
    expect(decideAccess(state, issue("t99")).ok).toBe(true);
    const full = after(add("ann", "admin"), ...others, ...many, issue("t99"));
    expect(decideAccess(full, issue("more"))).toMatchObject({
      error: {
        code: "too-many-tokens",
        message: "ann has 100 tokens; revoke one that is no longer used.",
      },
    });
    expect(decideAccess(full, issue("more", { atMs: AT_MS + 1, expiresMs: AT_MS + 2 })).ok).toBe(true);
    const revoked = after(add("ann", "admin"), ...many, issue("t99"), { type: "revoke-token", id: "t5", ...base });
    expect(decideAccess(revoked, issue("more")).ok).toBe(true);
  });

  it("are revoked once", () => {
    const state = after(add("ann", "admin"), issue("t1"));
    const revoke = { type: "revoke-token", id: "t1", ...base } as const;
    expect(decideAccess(state, revoke)).toEqual({
      ok: true,
      value: [{ type: "token.revoked", ...base, data: { id: "t1" } }],
    });
    expect(decideAccess(after(add("ann", "admin"), issue("t1"), revoke), revoke)).toEqual({ ok: true, value: [] });
    expect(decideAccess(state, { ...revoke, id: "t2" })).toEqual({
      ok: false,
      error: { code: "unknown-token", message: "There is no token t2; list them to see which there are." },
    });
  });
});

describe("a request that has a key", () => {
  const changes: readonly (readonly [string, AccessCommand, AccessCommand])[] = [
    ["password", { type: "set-password", name: "bob", passwordHash: "one", ...base }, add("eve", "admin")],
    ["role", { type: "change-role", name: "bob", role: "approver", ...base }, add("eve", "admin")],
    ["standing", { type: "disable-user", name: "bob", ...base }, { type: "enable-user", name: "bob", ...base }],
  ];
  const keyed = <Command extends AccessCommand>(command: Command, change: object = {}) =>
    ({ ...command, causeId: "key-1", ...change }) as AccessCommand;
  const reused = {
    ok: false,
    error: {
      code: "key-reused",
      message:
        "This key was used for a request that asked for something else. A repetition asks for exactly the same; give a new request a new key.",
    },
  };

  it("adds a user once, whatever password a repetition says", () => {
    const state = after(keyed(add("ann", "admin")));
    expect(state.users.get("ann")).not.toHaveProperty("causeId");
    expect(decideAccess(state, keyed(add("ann", "admin"), { atMs: AT_MS + 9 }))).toEqual({ ok: true, value: [] });
    expect(decideAccess(state, keyed(add("ann", "admin"), { passwordHash: "another" }))).toEqual({
      ok: true,
      value: [],
    });
  });

  it.each([
    ["name", { name: "bob" }],
    ["role", { role: "viewer" }],
    ["author", { actor: "eve" }],
  ])("and then asks for another %s is refused", (_what, change) => {
    expect(decideAccess(after(keyed(add("ann", "admin"))), keyed(add("ann", "admin"), change))).toEqual(reused);
  });

  it("is another one with another key, and without one", () => {
    const state = after(keyed(add("ann", "admin")));
    const exists = { error: { code: "user-exists" } };
    expect(decideAccess(state, keyed(add("ann", "admin"), { causeId: "key-2" }))).toMatchObject(exists);
    expect(decideAccess(state, add("ann", "admin"))).toMatchObject(exists);
    expect(decideAccess(after(add("ann", "admin")), keyed(add("ann", "admin")))).toMatchObject(exists);
  });

  it.each(changes)("changes a user's %s once, also where it was changed again since", (_what, first, between) => {
    const users = [add("ann", "admin"), add("bob", "viewer")];
    const state = after(...users, keyed(first), between);
    expect(decideAccess(state, keyed(first))).toEqual({ ok: true, value: [] });
    expect(decideAccess(state, keyed(first, { name: "ann" }))).toEqual(reused);
    expect(decideAccess(after(...users), first)).toMatchObject({ value: [{ data: { name: "bob" } }] });
    const [event] = decidedBy(after(...users), keyed(first));
    expect(event?.data).toMatchObject({ name: "bob", causeId: "key-1" });
    const [unkeyed] = decidedBy(after(...users), first);
    expect(unkeyed?.data).not.toHaveProperty("causeId");
  });

  it("enables once", () => {
    const disable: AccessCommand = { type: "disable-user", name: "bob", ...base };
    const enable: AccessCommand = { type: "enable-user", name: "bob", ...base };
    const state = after(add("ann", "admin"), add("bob", "viewer"), disable, keyed(enable), disable);
    expect(decideAccess(state, keyed(enable))).toEqual({ ok: true, value: [] });
    expect(decidedBy(state, enable)).toHaveLength(1);
  });

  it("may have the key of another kind of change", () => {
    const state = after(keyed(add("ann", "admin")), keyed(add("bob", "viewer"), { causeId: "key-2" }));
    const disable: AccessCommand = { type: "disable-user", name: "bob", ...base };
    expect(decidedBy(state, keyed(disable))).toHaveLength(1);
  });

  it("issues a token once, also when that one is over by now", () => {
    const state = after(add("ann", "admin"), issue("t1"));
    const again = issue("t1", { fingerprint: "of another secret", atMs: AT_MS + 5 });
    expect(decideAccess(state, again)).toEqual({ ok: true, value: [] });
    const revoked = after(add("ann", "admin"), issue("t1"), { type: "revoke-token", id: "t1", ...base });
    expect(decideAccess(revoked, again)).toEqual({ ok: true, value: [] });
  });

  it.each([
    ["title", { title: "another" }],
    ["owner", { owner: "bob" }],
    ["role", { role: "viewer" }],
    ["areas", { areas: ["alerts"] }],
    ["end", { expiresMs: AT_MS + 2 }],
    ["author", { actor: "eve" }],
  ])("issues no token with another %s", (_what, change) => {
    const state = after(add("ann", "admin"), add("bob", "admin"), issue("t1"));
    expect(decideAccess(state, issue("t1", change))).toEqual(reused);
  });
});

describe("sessions", () => {
  it("last a working day", () => {
    expect(after(add("ann", "admin"), openSession("ann")).sessions.get("s1")).toEqual({
      id: "s1",
      user: "ann",
      fingerprint: "print of s1",
      csrfFingerprint: "csrf of s1",
      openedAtMs: AT_MS,
      expiresMs: AT_MS + SESSION_MS,
    });
    expect(SESSION_MS).toBe(43_200_000);
  });

  it("are not opened for somebody who is disabled", () => {
    const state = after(add("ann", "admin"), add("bob", "viewer"), { type: "disable-user", name: "bob", ...base });
    expect(decideAccess(state, openSession("bob"))).toMatchObject({ error: { code: "user-disabled" } });
  });

  it("that are over are forgotten when the next is opened", () => {
    const later = { ...openSession("ann", "s2"), atMs: AT_MS + SESSION_MS } as AccessCommand;
    expect([...after(add("ann", "admin"), openSession("ann"), later).sessions.keys()]).toEqual(["s2"]);
    const before = { ...openSession("ann", "s2"), atMs: AT_MS + SESSION_MS - 1 } as AccessCommand;
    expect([...after(add("ann", "admin"), openSession("ann"), before).sessions.keys()]).toEqual(["s1", "s2"]);
  });

  it("end when somebody signs out; ending one that is over is nothing", () => {
    const end = { type: "end-session", id: "s1", ...base } as const;
    const state = after(add("ann", "admin"), openSession("ann"));
    expect(after(add("ann", "admin"), openSession("ann"), end).sessions.size).toBe(0);
    expect(decideAccess(state, { ...end, id: "s9" })).toEqual({ ok: true, value: [] });
  });
});

describe("events about somebody who is not there", () => {
  it("change nothing", () => {
    const about = { atMs: AT_MS, actor: "ann" };
    expect(evolveAccess(NO_ACCESS, { type: "user.enabled", ...about, data: { name: "x" } })).toEqual(NO_ACCESS);
    expect(evolveAccess(NO_ACCESS, { type: "token.revoked", ...about, data: { id: "x" } })).toBe(NO_ACCESS);
  });
});
