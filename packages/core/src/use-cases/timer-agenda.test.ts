import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimerEntry } from "../ports/timer.js";
import { createTimerAgenda } from "./timer-agenda.js";

const entry = (key: string, atMs: number, fence = 1): TimerEntry => ({ key, atMs, fence });

function drain(agenda: ReturnType<typeof createTimerAgenda>, nowMs: number): readonly string[] {
  const names: string[] = [];
  for (let item = agenda.next(nowMs); item !== undefined; item = agenda.next(nowMs)) {
    names.push(`${item.entry.key}#${item.entry.fence}`);
  }
  return names;
}

describe("an agenda", () => {
  it("gives what is due, earliest first, and of the same time what came first", () => {
    const agenda = createTimerAgenda();
    for (const [key, atMs] of [
      ["e", 5],
      ["b", 2],
      ["a", 1],
      ["c", 2],
      ["d", 3],
      ["f", 6],
    ] as const)
      agenda.put(entry(key, atMs));
    expect(agenda.nextAtMs()).toBe(1);
    expect(drain(agenda, 0)).toEqual([]);
    expect(drain(agenda, 5)).toEqual(["a#1", "b#1", "c#1", "d#1", "e#1"]);
    expect(agenda.nextAtMs()).toBe(6);
    expect(agenda.size).toBe(6);
  });

  it("waits for nothing when it is empty", () => {
    const agenda = createTimerAgenda();
    expect(agenda.nextAtMs()).toBeUndefined();
    expect(agenda.next(Infinity)).toBeUndefined();
    expect(agenda.get("a")).toBeUndefined();
  });

  it("replaces an entry by one of a greater fence, and says which", () => {
    const agenda = createTimerAgenda();
    const first = entry("a", 1);
    expect(agenda.put(first)).toEqual({ kind: "taken" });
    expect(agenda.put(entry("a", 9, 2))).toEqual({ kind: "taken", replaced: first });
    expect(agenda.size).toBe(1);
    expect(agenda.nextAtMs()).toBe(9);
    expect(drain(agenda, 9)).toEqual(["a#2"]);
  });

  it("leaves an entry for the same fence and for a smaller one", () => {
    const agenda = createTimerAgenda();
    agenda.put(entry("a", 5, 2));
    expect(agenda.put(entry("a", 1, 2))).toEqual({ kind: "too-late" });
    expect(agenda.put(entry("a", 1, 1))).toEqual({ kind: "too-late" });
    expect(agenda.get("a")).toEqual(entry("a", 5, 2));
  });

  it("drops an entry of this fence or a smaller one", () => {
    const agenda = createTimerAgenda();
    agenda.put(entry("a", 1, 2));
    expect(agenda.drop("a", 1)).toBeUndefined();
    expect(agenda.drop("b", 9)).toBeUndefined();
    expect(agenda.drop("a", 2)).toEqual(entry("a", 1, 2));
    expect([agenda.size, agenda.nextAtMs(), agenda.next(9)]).toEqual([0, undefined, undefined]);
  });

  it("tries an entry at another time than its own where it is told to", () => {
    const agenda = createTimerAgenda();
    agenda.put(entry("a", 1), 7);
    expect(agenda.next(6)).toBeUndefined();
    expect(agenda.next(7)).toMatchObject({ entry: entry("a", 1), tryAtMs: 7, attempts: 0 });
  });

  it("tries again what is still the entry of its key, and forgets what is not", () => {
    const agenda = createTimerAgenda();
    agenda.put(entry("a", 1));
    agenda.put(entry("b", 1));
    const [a, b] = [agenda.next(1), agenda.next(1)];
    if (a === undefined || b === undefined) throw new Error("both are due");
    agenda.put(entry("b", 50, 2));
    agenda.retry(a, 10, 3);
    agenda.retry(b, 10, 3);
    expect(agenda.next(9)).toBeUndefined();
    expect(agenda.next(10)).toMatchObject({ entry: entry("a", 1), tryAtMs: 10, attempts: 3 });
    expect(agenda.next(49)).toBeUndefined();
    expect(agenda.nextAtMs()).toBe(50);
  });

  it("keeps the order also after it has cleared out what was replaced many times", () => {
    const agenda = createTimerAgenda();
    agenda.put(entry("early", 1));
    for (let fence = 1; fence <= 500; fence += 1) agenda.put(entry("a", 1_000 - fence, fence));
    agenda.put(entry("late", 2_000));
    expect(drain(agenda, 2_000)).toEqual(["early#1", "a#500", "late#1"]);
  });

  it("agrees with a sorted list, whatever is put, dropped and tried again", () => {
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom("put", "put", "put", "drop", "next"),
        key: fc.constantFrom("a", "b", "c", "d", "e", "f"),
        atMs: fc.integer({ min: 0, max: 20 }),
        fence: fc.integer({ min: 1, max: 6 }),
      }),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(acts, (course) => {
        const agenda = createTimerAgenda();
        const entries = new Map<string, TimerEntry>();
        const waiting = new Set<string>();
        for (const { act, key, atMs, fence } of course) {
          if (act === "put") {
            agenda.put(entry(key, atMs, fence));
            if ((entries.get(key)?.fence ?? 0) < fence) {
              entries.set(key, entry(key, atMs, fence));
              waiting.add(key);
            }
          } else if (act === "drop") {
            agenda.drop(key, fence);
            if ((entries.get(key)?.fence ?? 99) <= fence) entries.delete(key);
          } else {
            const item = agenda.next(atMs);
            const due = [...waiting].flatMap((name) => entries.get(name) ?? []).filter((one) => one.atMs <= atMs);
            expect(item?.entry.atMs).toBe(due.length === 0 ? undefined : Math.min(...due.map((one) => one.atMs)));
            if (item === undefined) continue;
            expect(entries.get(item.entry.key)).toEqual(item.entry);
            waiting.delete(item.entry.key);
          }
          expect(agenda.size).toBe(entries.size);
        }
      }),
    );
  });
});
