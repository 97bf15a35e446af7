import { describe, expect, it } from "vitest";
import { TWO_STEPS } from "../on-call/escalation/escalation.fixture.js";
import { createEscalationBook } from "./escalation-book.js";
import { createEscalationDecisions } from "./escalation-decisions.js";
import type { Journal } from "./journal.js";

const pause = { type: "end", reason: "x", causeId: "c", atMs: 0, actor: "ada" } as const;

/** A journal that counts its commits and stores nothing, or fails. */
function countingJournal(failing = false) {
  const commits: number[] = [];
  const journal: Journal = {
    replay: async () => 0,
    async commit(decide) {
      commits.push((await decide()).length);
      if (failing) throw new Error("storage is away");
      return [];
    },
  };
  return { journal, commits };
}

describe("decisions on escalations", () => {
  it("are stored many at a time: the first alone, those that come meanwhile together, 256 at most", async () => {
    const { commits, journal } = countingJournal();
    const { decide } = createEscalationDecisions(journal, createEscalationBook());
    const decided: number[] = [];
    const asked = Array.from({ length: 300 }, (_, index) =>
      decide(`INC-${index}`, () => {
        decided.push(index);
        return undefined;
      }),
    );
    expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true);
    expect(decided).toEqual(asked.map((_, index) => index));
    expect(commits).toEqual([1, 256, 43]);
    await decide("INC-1", () => undefined);
    expect(commits).toHaveLength(4);
  });

  it("are each made on what those before them in the same commit have decided", async () => {
    const written: unknown[] = [];
    const journal: Journal = {
      replay: async () => 0,
      async commit(decide) {
        written.push(...(await decide()));
        return [];
      },
    };
    const { decide } = createEscalationDecisions(journal, createEscalationBook());
    const start = { type: "start", incidentId: "INC-1", service: "s", severity: "SEV1", policy: TWO_STEPS } as const;
    const by = { atMs: 0, actor: "ada" };
    // The first is decided at once and alone; the others wait for it, together.
    const first = decide("INC-0", () => undefined);
    const [, , statuses] = await Promise.all([
      first,
      decide("INC-1", () => ({ ...start, ...by, causeId: "a" })),
      decide("INC-1", (state) => {
        expect(state).toMatchObject({ status: "escalating", version: 1 });
        return { type: "acknowledge", ...by, causeId: "b" };
      }),
      decide("INC-1", (state) => ({ type: "end", reason: String(state?.status), ...by, causeId: "c" })),
    ]);
    expect(statuses).toMatchObject({ ok: true, value: [{ type: "escalation.acknowledged" }] });
    expect(written).toMatchObject([
      { stream: "escalation/INC-0", entries: [] },
      {
        stream: "escalation/INC-1",
        entries: [
          { type: "escalation.started" },
          { type: "escalation.acknowledged" },
          { type: "escalation.ended", atMs: 0, actor: "ada", data: { reason: "acknowledged", causeId: "c" } },
        ],
      },
    ]);
  });

  it("fail alone where the command cannot be made, and together where nothing can be stored", async () => {
    const { journal } = countingJournal();
    const { decide } = createEscalationDecisions(journal, createEscalationBook());
    const outcomes = await Promise.allSettled([
      decide("INC-1", () => undefined),
      decide("INC-2", () => {
        throw new RangeError("no such zone");
      }),
      decide("INC-3", () => pause),
    ]);
    expect(outcomes).toEqual([
      { status: "fulfilled", value: { ok: true, value: [] } },
      { status: "rejected", reason: new RangeError("no such zone") },
      { status: "fulfilled", value: { ok: false, error: expect.objectContaining({ code: "not-started" }) } },
    ]);
    const away = createEscalationDecisions(countingJournal(true).journal, createEscalationBook());
    await expect(away.decide("INC-1", () => undefined)).rejects.toThrow("storage is away");
    await expect(away.decide("INC-1", () => undefined)).rejects.toThrow("storage is away");
  });
});
