import { parseIncidentEvent, type Plimsoll } from "@plimsoll/core";
import { afterEach, expect, it } from "vitest";
import { startMemoryService, type MemoryService } from "../testing/memory-service.js";

let service: MemoryService | undefined;
afterEach(async () => service?.close());

/** As another version would have written it. */
const strange = { stream: "incident/INC-007", version: 3, type: "incident.paused", data: {}, actor: "ann", atMs: 0 };

it("an incident with an event that cannot be read is not missing: the answer says which event", async () => {
  const read = parseIncidentEvent(strange);
  if (read.ok) throw new Error("it was read");
  const engineWith = (engine: Plimsoll): Plimsoll => ({
    ...engine,
    health: async () => ({ ...(await engine.health()), unreadableEvents: ["something else", read.error.message] }),
  });
  service = await startMemoryService({ engineWith });
  for (const path of ["/api/v1/incidents/INC-007", "/api/v1/incidents/INC-007/postmortem"]) {
    const answer = await service.ask(path);
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({
      code: "unreadable-event",
      message: expect.stringMatching(/^Event 3 of the stream incident\/INC-007 cannot be read: /),
    });
  }
  // Neither a part of its name nor another is meant.
  for (const id of ["INC-00", "INC-0077", "INC-001"]) {
    expect((await service.ask(`/api/v1/incidents/${id}`)).json()).toMatchObject({ code: "not-found" });
  }
});
