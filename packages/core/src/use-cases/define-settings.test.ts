import { expect, it } from "vitest";
import { defineSettings } from "./define-settings.js";

const least = { sliceMs: 15_000, slos: [], services: [{ id: "web", tier: 1, dependsOn: [] }] } as const;

it("an engine of which only what matters is said tells nobody and follows alerts as plimsoll.yaml does", () => {
  expect(defineSettings(least)).toEqual({
    ...least,
    corrections: [],
    freezeWindows: [],
    incidents: { cooldownMs: 1_800_000, autoCloseAfterMs: 86_400_000 },
    notify: { pages: [], tickets: [], incidents: [] },
    reading: {},
  });
  const incidents = { cooldownMs: 0, autoCloseAfterMs: 1 };
  expect(defineSettings({ ...least, incidents }).incidents).toBe(incidents);
});
