import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDueQueue } from "./due-queue.js";

describe("a queue of what is due", () => {
  it("gives what a sorted list gives, whatever was set, moved and removed", () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant("set" as const), key: fc.nat(9), atMs: fc.nat(20) }),
      fc.record({ do: fc.constant("remove" as const), key: fc.nat(9), atMs: fc.constant(0) }),
      fc.record({ do: fc.constant("due" as const), key: fc.constant(0), atMs: fc.nat(22) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const queue = createDueQueue();
        let plain: { key: string; atMs: number }[] = [];
        const sorted = () => plain.toSorted((a, b) => a.atMs - b.atMs);
        for (const { do: what, key, atMs } of actions) {
          const name = String(key);
          if (what === "due") {
            expect(queue.due(atMs)).toEqual(
              sorted()
                .filter((one) => one.atMs <= atMs)
                .map((one) => one.key),
            );
          } else if (what === "remove") {
            queue.remove(name);
            plain = plain.filter((one) => one.key !== name);
          } else {
            queue.set(name, atMs);
            // Setting it to what it is changes nothing, also not its place among equals.
            if (!plain.some((one) => one.key === name && one.atMs === atMs)) {
              plain = [...plain.filter((one) => one.key !== name), { key: name, atMs }];
            }
          }
          expect(queue.nextMs()).toBe(sorted()[0]?.atMs);
          expect(queue.size).toBe(plain.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
