import { describe, expect, it } from "vitest";
import type { Json } from "../errors/json.js";
import { MINUTE_MS, START_MS, incidentAfter } from "../incident/alert.fixture.js";
import type { IncidentCommand } from "../incident/incident-command.js";
import { incidentStream } from "../incident/incident.js";
import type { StoredEvent } from "../ports/event-store.js";
import { incidentCourses } from "./incident-courses.js";

const asked = (minute: number) => ({ atMs: START_MS + minute * MINUTE_MS, actor: "ada", causeId: `c-${minute}` });
const life = (incidentId: string): readonly IncidentCommand[] => [
  {
    type: "declare",
    ...asked(1),
    incidentId,
    origin: { kind: "person", title: "T", severity: "SEV3", service: "payments" },
  },
  { type: "acknowledge", ...asked(2) },
  { type: "note", ...asked(3), text: "looking" },
  { type: "resolve", ...asked(4), reason: "over" },
];

function stored(incidentId: string): readonly StoredEvent[] {
  return incidentAfter(...life(incidentId)).events.map(({ type, atMs, actor, data }, index) => ({
    id: `${incidentId}/${index}`,
    stream: incidentStream(incidentId),
    version: index + 1,
    position: index + 1,
    type,
    atMs,
    actor,
    data: JSON.parse(JSON.stringify(data)) as Json,
  }));
}

/** Streams in memory, and where each read of them began. */
function storeOf(...events: readonly StoredEvent[]) {
  const reads: string[] = [];
  return {
    reads,
    async read(stream: string, afterVersion = 0) {
      reads.push(`${stream} after ${afterVersion}`);
      return events.filter((event) => event.stream === stream && event.version > afterVersion);
    },
  };
}

const [declared, acknowledged, noted, resolved] = stored("INC-001") as [
  StoredEvent,
  StoredEvent,
  StoredEvent,
  StoredEvent,
];

describe("an incident as it stood with an event", () => {
  it("is made from what came until then, and no more", async () => {
    const momentOf = incidentCourses(storeOf(...stored("INC-001")));
    for (const event of [resolved, acknowledged, declared, noted, noted, resolved]) {
      const { events, state } = incidentAfter(...life("INC-001").slice(0, event.version));
      expect(await momentOf(event)).toEqual({ state, event: events.at(-1) });
    }
  });
  it("is made from where the last one ended when the events come in their order, and else from the beginning", async () => {
    const store = storeOf(...stored("INC-001"));
    const momentOf = incidentCourses(store);
    for (const event of [declared, noted, resolved, resolved, acknowledged, noted]) await momentOf(event);
    expect(store.reads).toEqual([0, 1, 3, 0, 0, 2].map((version) => `incident/INC-001 after ${version}`));
  });
  it("is not there when nothing is stored", async () => {
    expect(await incidentCourses(storeOf())(declared)).toBeUndefined();
  });
  it("is refused when an event of its course can not be read, and says which", async () => {
    const momentOf = incidentCourses(storeOf(declared, { ...acknowledged, data: {} }));
    await expect(momentOf(acknowledged)).rejects.toMatchObject({
      code: "unreadable-event",
      retryable: false,
      message: expect.stringContaining("Event 2 of the stream incident/INC-001 cannot be read") as string,
    });
  });
  it("is remembered for the 256 incidents that were asked for last", async () => {
    const ids = Array.from({ length: 257 }, (_, index) => `INC-${1000 + index}`);
    const courses = ids.map((id) => stored(id));
    const store = storeOf(...courses.flat());
    const momentOf = incidentCourses(store);
    const ask = async (index: number, version: number): Promise<string | undefined> => {
      await momentOf({ stream: incidentStream(ids[index] ?? ""), version });
      return store.reads.at(-1);
    };
    for (let index = 0; index < 256; index += 1) await ask(index, 1);
    expect(await ask(0, 2)).toBe("incident/INC-1000 after 1");
    await ask(256, 1);
    expect(await ask(0, 3)).toBe("incident/INC-1000 after 2");
    expect(await ask(1, 2)).toBe("incident/INC-1001 after 0");
    expect(await ask(3, 2)).toBe("incident/INC-1003 after 1");
  });
});
