import { expect, it } from "vitest";
import { handInEntries, type CountedHandIn } from "./alert-hand-in.js";

const by = (actor: string, via: string, rest: object = {}): CountedHandIn => ({
  handIn: { actor, via, bodyHash: `hash of ${actor} at ${via}`, ...rest },
  alerts: 3,
  stored: 2,
});

it("writes one entry for each of those who came, by each door and from each address, with a hash of every body", () => {
  const entry = (actor: string, data: object) => ({ type: "alerts.handed-in", atMs: 5, actor, data });
  expect(
    handInEntries(
      [
        by("ann", "prometheus"),
        by("ben", "prometheus"),
        { ...by("ann", "prometheus", { bodyHash: "another" }), alerts: 10, stored: 1 },
        by("ann", "webhook/grafana"),
        by("ann", "prometheus", { address: "10.0.0.1" }),
      ],
      5,
    ),
  ).toEqual([
    {
      stream: "alert-hand-in/prometheus",
      entries: [
        entry("ann", { alerts: 13, stored: 3, bodies: ["hash of ann at prometheus", "another"] }),
        entry("ben", { alerts: 3, stored: 2, bodies: ["hash of ben at prometheus"] }),
        entry("ann", { address: "10.0.0.1", alerts: 3, stored: 2, bodies: ["hash of ann at prometheus"] }),
      ],
    },
    {
      stream: "alert-hand-in/webhook/grafana",
      entries: [entry("ann", { alerts: 3, stored: 2, bodies: ["hash of ann at webhook/grafana"] })],
    },
  ]);
});

it("writes nothing of what changed nothing", () => {
  expect(handInEntries([{ ...by("ann", "prometheus"), stored: 0 }], 5)).toEqual([]);
  expect(handInEntries([], 5)).toEqual([]);
});
