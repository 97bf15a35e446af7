import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallOutcome } from "../http/call-service.js";
import { balance } from "./balance.js";
import { createRoundRobin } from "./round-robin.js";

const BACKENDS = ["a", "b", "c"];
const answered: CallOutcome = { kind: "answered", code: 200, body: "{}" };
const refused: CallOutcome = { kind: "failed", reason: "ECONNREFUSED", safeToRepeat: true };
const reset: CallOutcome = { kind: "failed", reason: "ECONNRESET", safeToRepeat: false };

describe("turns", () => {
  it("go round, whoever is down, and differ by at most one while nothing changes", () => {
    fc.assert(
      fc.property(fc.subarray(BACKENDS), fc.integer({ min: 1, max: 100 }), (down, requests) => {
        const turns = createRoundRobin(BACKENDS);
        for (const backend of down) turns.mark(backend, false);
        const up = BACKENDS.filter((backend) => !down.includes(backend));
        const taken = Array.from({ length: requests }, () => turns.next());
        if (up.length === 0) {
          expect(new Set(taken)).toEqual(new Set([undefined]));
          return;
        }
        const counts = up.map((backend) => taken.filter((one) => one === backend).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(requests);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("come back to one that is up again, and tell a change from none", () => {
    const turns = createRoundRobin(["a"]);
    expect([turns.mark("a", false), turns.mark("a", false), turns.isUp("a"), turns.next()]).toEqual([
      true,
      false,
      false,
      undefined,
    ]);
    expect([turns.mark("a", true), turns.isUp("a"), turns.next()]).toEqual([true, true, "a"]);
  });
});

describe("a balanced request", () => {
  const run = async (outcomes: Readonly<Record<string, CallOutcome>>) => {
    const turns = createRoundRobin(BACKENDS);
    const called: string[] = [];
    const down: string[] = [];
    const reply = await balance(
      turns,
      async (backend) => {
        called.push(backend);
        return outcomes[backend] ?? answered;
      },
      (backend) => down.push(backend),
    );
    return { reply, called, down, turns };
  };

  it("goes to the next instance when one refuses the connection, and that one gets no more", async () => {
    const { reply, called, down, turns } = await run({ a: refused });
    expect({ code: reply.code, called, down, up: turns.isUp("a") }).toEqual({
      code: 200,
      called: ["a", "b"],
      down: ["a"],
      up: false,
    });
  });

  it("is not sent twice when an instance may have begun it", async () => {
    const { reply, called, down } = await run({ a: reset });
    expect({ code: reply.code, called, down }).toEqual({ code: 502, called: ["a"], down: [] });
  });

  it("passes an error of the instance on as it is: an answer is an answer", async () => {
    const { reply, called } = await run({ a: { kind: "answered", code: 500, body: '{"error":"x"}' } });
    expect({ reply, called }).toEqual({ reply: { code: 500, body: '{"error":"x"}' }, called: ["a"] });
  });

  it("answers 504 when the instance takes too long, 503 when none is left", async () => {
    expect((await run({ a: { kind: "timed-out" } })).reply.code).toBe(504);
    const none = await run({ a: refused, b: refused, c: refused });
    expect({ code: none.reply.code, called: none.called }).toEqual({ code: 503, called: BACKENDS });
  });
});
