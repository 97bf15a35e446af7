import { describe, expect, it } from "vitest";
import type { AccessState, Session, Token, User } from "./access-state.js";
import { admitSession, admitToken } from "./admit.js";
import { coversArea } from "./principal.js";
import { roleIncludes, ROLES, weakerRole } from "./role.js";

const AT_MS = 1_800_000_000_000;
const ann: User = {
  name: "ann",
  role: "approver",
  passwordHash: "",
  disabled: false,
  version: 1,
  addedAtMs: 0,
  passwordSetAtMs: 0,
};
const stateWith = (user: Partial<User>): AccessState => ({
  users: new Map([["ann", { ...ann, ...user }]]),
  tokens: new Map(),
  sessions: new Map(),
  requests: new Map(),
});
const session: Session = {
  id: "s1",
  user: "ann",
  fingerprint: "",
  csrfFingerprint: "",
  openedAtMs: 0,
  expiresMs: AT_MS + 1,
};
const token: Token = {
  id: "t1",
  title: "deploy",
  owner: "ann",
  role: "responder",
  fingerprint: "",
  issuedBy: "ann",
  issuedAtMs: 0,
  expiresMs: AT_MS + 1,
  revoked: false,
  version: 1,
};
const nobody: AccessState = { users: new Map(), tokens: new Map(), sessions: new Map(), requests: new Map() };

describe("a session", () => {
  it("lets its user in while it lasts", () => {
    const principal = { name: "ann", role: "approver", by: { kind: "session", sessionId: "s1" } };
    expect(admitSession(stateWith({}), session, AT_MS)).toEqual(principal);
    expect(admitSession(stateWith({}), session, AT_MS + 1)).toBeUndefined();
  });
  it("lets nobody in who is disabled or gone, and no more in than the role of now", () => {
    expect(admitSession(stateWith({ disabled: true }), session, AT_MS)).toBeUndefined();
    expect(admitSession(nobody, session, AT_MS)).toBeUndefined();
    expect(admitSession(stateWith({ role: "viewer" }), session, AT_MS)?.role).toBe("viewer");
  });
});

describe("a token", () => {
  it("lets a program in under its owner's name while it lasts", () => {
    expect(admitToken(stateWith({}), token, AT_MS)).toEqual({
      name: "ann (token deploy)",
      role: "responder",
      by: { kind: "token", tokenId: "t1" },
    });
    expect(admitToken(stateWith({}), token, AT_MS + 1)).toBeUndefined();
    expect(admitToken(stateWith({}), { ...token, revoked: true }, AT_MS)).toBeUndefined();
    expect(admitToken(stateWith({ disabled: true }), token, AT_MS)).toBeUndefined();
    expect(admitToken(nobody, token, AT_MS)).toBeUndefined();
  });
  it("loses what its owner loses", () => {
    expect(admitToken(stateWith({ role: "viewer" }), token, AT_MS)?.role).toBe("viewer");
  });
  it("keeps to its areas", () => {
    const confined = admitToken(stateWith({}), { ...token, areas: ["alerts"] }, AT_MS);
    expect(confined?.areas).toEqual(["alerts"]);
    expect(coversArea(confined?.areas, "alerts")).toBe(true);
    expect(coversArea(confined?.areas, "incidents")).toBe(false);
    expect(coversArea(undefined, "incidents")).toBe(true);
  });
});

describe("roles", () => {
  it("include the weaker ones", () => {
    for (const [index, role] of ROLES.entries()) {
      for (const [other, needed] of ROLES.entries()) {
        expect(roleIncludes(role, needed)).toBe(index >= other);
        expect(weakerRole(role, needed)).toBe(ROLES[Math.min(index, other)]);
      }
    }
  });
});
