import { expect, it } from "vitest";
import { recordingNotifier } from "./recording-notifier.js";
import { createWorld, type WorldOptions } from "./world.js";

const START_MS = Date.parse("2026-11-02T12:00:00Z");
const DAY_MS = 86_400_000;

async function openWorld(settings: WorldOptions["settings"] = {}) {
  const [phone, board] = [recordingNotifier(), recordingNotifier()];
  const people = [
    { id: "ann", name: "Ann Example", zone: "UTC", contacts: [{ notifier: "phone", address: "ann's" }] },
    { id: "cem", name: "Cem", zone: "UTC", contacts: [{ notifier: "phone" }] },
    { id: "bob", name: "Bob", zone: "UTC", contacts: [] },
  ];
  const world = await createWorld({
    slos: [],
    settings: {
      onCall: { people, teams: [], schedules: [], policies: [], policyOf: new Map() },
      notify: { pages: [], tickets: ["board"], incidents: [] },
      ...settings,
    },
    ports: { notifiers: { phone, board } },
  });
  await world.engine.declareIncident({ actor: "eve", title: "Down", severity: "SEV2", service: "payments" });
  const add = (owner: string, priority: "P0" | "P2", dueAtMs: number) =>
    world.engine.commandIncident("INC-001", {
      type: "add-action",
      actor: "eve",
      title: `Mend it, ${owner}`,
      owner,
      priority,
      dueAtMs,
    });
  return { world, phone, board, add };
}

it("owners hear a day before, when it is due, and daily from then on where it is P0, each once, also after a crash", async () => {
  const { add, board, phone, world } = await openWorld({ incidentUrl: (id) => `https://plimsoll.example/${id}` });
  await add("Ann example", "P0", START_MS + 3 * DAY_MS);
  await world.slice();
  expect(phone.got).toEqual([]);
  world.clock.advance(2 * DAY_MS);
  await world.slices(2);
  expect(phone.got).toMatchObject([
    {
      address: "ann's",
      urgency: "info",
      title: "INC-001 P0: Mend it, Ann example",
      text: "This action item of Ann example is due at 2026-11-05 12:00:00 UTC.",
      url: "https://plimsoll.example/INC-001",
      fields: [
        { name: "Owner", value: "Ann example" },
        { name: "Priority", value: "P0" },
      ],
    },
  ]);
  world.clock.advance(DAY_MS);
  await world.slice();
  await world.crash();
  await world.slice();
  expect(phone.got.slice(1)).toMatchObject([
    { urgency: "ticket", text: "This action item of Ann example was due at 2026-11-05 12:00:00 UTC." },
  ]);
  world.clock.advance(DAY_MS);
  await world.slice();
  expect(phone.got).toHaveLength(3);
  expect(new Set(phone.got.map(({ threadKey }) => threadKey)).size).toBe(1);
  expect(board.got).toEqual([]);
});

it("an owner who is nobody, or cannot be reached, is left to those who hear of tickets; a contact needs no address", async () => {
  const { add, board, phone, world } = await openWorld();
  for (const owner of ["bob", "the platform team", "CEM"]) await add(owner, "P2", START_MS + DAY_MS);
  world.clock.advance(DAY_MS);
  await world.slice();
  expect(board.got.map(({ title, urgency }) => [title, urgency])).toEqual([
    ["INC-001 P2: Mend it, bob", "info"],
    ["INC-001 P2: Mend it, the platform team", "info"],
  ]);
  expect(phone.got.map(({ address, title, url }) => [address, title, url])).toEqual([
    [undefined, "INC-001 P2: Mend it, CEM", undefined],
  ]);
});
