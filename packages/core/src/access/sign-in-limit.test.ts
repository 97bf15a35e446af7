import { describe, expect, it } from "vitest";
import { createSignInLimiter, type SignInAttempt } from "./sign-in-limit.js";

const AT_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const at = (atMs: number, change: Partial<SignInAttempt> = {}): SignInAttempt => ({
  user: "ann",
  address: "10.0.0.1",
  atMs: AT_MS + atMs,
  ...change,
});
const fail = (limiter: ReturnType<typeof createSignInLimiter>, attempts: number, change?: Partial<SignInAttempt>) => {
  for (let count = 0; count < attempts; count += 1) limiter.failed(at(0, change));
};

describe("failed sign-ins", () => {
  it("make a user wait at one address after five, for 15 minutes", () => {
    const limiter = createSignInLimiter();
    fail(limiter, 4);
    expect(limiter.lockedUntilMs(at(0))).toBeUndefined();
    fail(limiter, 1);
    expect(limiter.lockedUntilMs(at(0))).toBe(AT_MS + 15 * MINUTE_MS);
    expect(limiter.lockedUntilMs(at(15 * MINUTE_MS - 1))).toBe(AT_MS + 15 * MINUTE_MS);
    expect(limiter.lockedUntilMs(at(15 * MINUTE_MS))).toBeUndefined();
    expect(limiter.lockedUntilMs(at(0, { address: "10.0.0.2" }))).toBeUndefined();
    expect(limiter.lockedUntilMs(at(0, { user: "bob" }))).toBeUndefined();
  });

  it("start anew after a lock", () => {
    const limiter = createSignInLimiter();
    fail(limiter, 5);
    limiter.failed(at(16 * MINUTE_MS));
    expect(limiter.lockedUntilMs(at(16 * MINUTE_MS))).toBeUndefined();
  });

  it("are forgotten after 15 minutes", () => {
    const limiter = createSignInLimiter();
    fail(limiter, 4);
    limiter.failed(at(15 * MINUTE_MS));
    expect(limiter.lockedUntilMs(at(15 * MINUTE_MS))).toBeUndefined();
    const other = createSignInLimiter();
    fail(other, 4);
    other.failed(at(15 * MINUTE_MS - 1));
    expect(other.lockedUntilMs(at(15 * MINUTE_MS - 1))).toBe(AT_MS + 30 * MINUTE_MS - 1);
  });

  it("make an address wait after twenty, whomever it tried", () => {
    const limiter = createSignInLimiter();
    for (let count = 0; count < 19; count += 1) limiter.failed(at(0, { user: `user${count}` }));
    expect(limiter.lockedUntilMs(at(0))).toBeUndefined();
    limiter.failed(at(0, { user: "one more" }));
    expect(limiter.lockedUntilMs(at(0))).toBe(AT_MS + 15 * MINUTE_MS);
    expect(limiter.lockedUntilMs(at(0, { address: "10.0.0.2" }))).toBeUndefined();
  });

  it("make a user wait after a hundred within an hour, from wherever they came", () => {
    const limiter = createSignInLimiter();
    for (let count = 0; count < 99; count += 1) limiter.failed(at(0, { address: `10.0.1.${count}` }));
    expect(limiter.lockedUntilMs(at(0))).toBeUndefined();
    limiter.failed(at(60 * MINUTE_MS - 1, { address: "10.0.2.1" }));
    expect(limiter.lockedUntilMs(at(60 * MINUTE_MS))).toBe(AT_MS + 75 * MINUTE_MS - 1);
  });

  it("are forgiven by the right password, as far as this user at this address goes", () => {
    const limiter = createSignInLimiter();
    fail(limiter, 4);
    limiter.succeeded(at(0));
    fail(limiter, 4);
    expect(limiter.lockedUntilMs(at(0))).toBeUndefined();
    for (let count = 0; count < 12; count += 1) limiter.failed(at(0, { user: `user${count}` }));
    expect(limiter.lockedUntilMs(at(0))).toBe(AT_MS + 15 * MINUTE_MS);
  });

  it("take only so much memory: the oldest are forgotten first", () => {
    const limiter = createSignInLimiter([{ per: "user", failures: 2, withinMs: 1e9, lockMs: 1e9 }]);
    limiter.failed(at(0, { user: "first" }));
    limiter.failed(at(0, { user: "second" }));
    for (let count = 0; count < 9_998; count += 1) limiter.failed(at(0, { user: `user${count}` }));
    limiter.failed(at(0, { user: "second" }));
    expect(limiter.lockedUntilMs(at(0, { user: "second" }))).toBeDefined();
    limiter.failed(at(0, { user: "one too many" }));
    limiter.failed(at(0, { user: "first" }));
    expect(limiter.lockedUntilMs(at(0, { user: "first" }))).toBeUndefined();
  });

  it("can not be made one by names that run together", () => {
    const limiter = createSignInLimiter([{ per: "user-and-address", failures: 1, withinMs: 1, lockMs: 1 }]);
    limiter.failed(at(0, { user: 'a","b', address: "c" }));
    expect(limiter.lockedUntilMs(at(0, { user: "a", address: 'b","c' }))).toBeUndefined();
  });
});
