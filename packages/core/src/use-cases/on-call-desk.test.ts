import { expect, it } from "vitest";
import { createOnCallBook } from "./on-call-book.js";
import { createOnCallDesk, NOBODY_ON_CALL } from "./on-call-desk.js";

const span = { fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 6) };

it("keeps its answer when an override that was made while running is written into the configuration too", () => {
  const book = createOnCallBook();
  const overrides = [
    { id: "planned", kind: "add", personId: "old", ...span },
    { id: "other", kind: "add", personId: "bob", ...span },
  ];
  const event = { id: "e", type: "on-call.overridden", atMs: 0, actor: "ann", data: { overrides } };
  book.projection.apply({ ...event, stream: "on-call/primary", version: 1, position: 1 });
  const rotation = { every: "weekly", start: "2026-01-05", handOff: "00:00", zone: "UTC", participants: [] } as const;
  const schedule = {
    id: "primary",
    name: "Primary",
    layers: [{ id: "week", rotation }],
    overrides: [{ id: "planned", kind: "add", personId: "cem", ...span } as const],
  };
  const never = () => Promise.reject(new Error("nothing is written"));
  const desk = createOnCallDesk({
    settings: { ...NOBODY_ON_CALL, schedules: [schedule] },
    book,
    journal: { commit: never, replay: never },
    ids: { next: () => "id" },
    nowMs: () => span.fromMs,
    relay: never,
  });
  expect(desk.resolve({ kind: "schedule", scheduleId: "primary" }, span.fromMs)).toEqual(["bob", "cem"]);
  expect(desk.schedule("primary")?.overrides?.map(({ id }) => id)).toEqual(["planned", "other"]);
});
