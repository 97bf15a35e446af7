import { expect, it } from "vitest";
import { PlimsollError } from "../errors/plimsoll-error.js";
import type { AuditEntry, AuditTrail, ChainedAuditEntry } from "../ports/audit-trail.js";
import { createAuditDesk } from "./audit-desk.js";

function openTrail() {
  const entries: ChainedAuditEntry[] = [];
  const state = { away: false };
  const trail: AuditTrail = {
    async append(entry: AuditEntry) {
      const chained = { ...entry, number: entries.length + 1, previousHash: "", hash: "" };
      entries.push(chained);
      if (state.away) throw new PlimsollError({ code: "away", message: "it is away", retryable: true });
      return chained;
    },
    read: async ({ afterNumber, limit }) => entries.slice(afterNumber, afterNumber + limit),
    verify: async () => ({ kind: "intact", entries: entries.length }),
  };
  return { trail, entries, state };
}

const handIn = (version: number) => ({
  id: `alert-hand-in/prometheus@${version}`,
  stream: "alert-hand-in/prometheus",
  version,
  position: version,
  type: "alerts.handed-in",
  atMs: version,
  actor: "prometheus",
  data: { alerts: 2, stored: 1, bodies: ["h"] },
});

it("takes into the trail that alerts were handed in, whole", async () => {
  const { entries, trail } = openTrail();
  await createAuditDesk(trail).react(handIn(1));
  expect(entries).toMatchObject([
    {
      atMs: 1,
      actor: "prometheus",
      action: "alerts.handed-in",
      subject: "alert-hand-in/prometheus",
      details: { event: "alert-hand-in/prometheus@1", data: { alerts: 2, stored: 1, bodies: ["h"] } },
    },
  ]);
});

it("writes nothing twice of what may still come again, and does not keep in mind for ever what can not", async () => {
  const { entries, state, trail } = openTrail();
  const desk = createAuditDesk(trail);
  for (let version = 1; version <= 1000; version += 1) await desk.react(handIn(version));
  await desk.react(handIn(1));
  expect(entries).toHaveLength(1000);
  await desk.react(handIn(1001));
  await desk.react(handIn(2));
  expect(entries).toHaveLength(1001);
  await desk.react(handIn(1));
  expect(entries).toHaveLength(1002);
  // After a failure it looks at what was written, and remembers as much of that.
  state.away = true;
  await expect(desk.react(handIn(1002))).rejects.toThrow("away");
  state.away = false;
  await desk.react(handIn(1002));
  expect(entries).toHaveLength(1003);
});
