import type { OnCallSettings } from "@plimsoll/core";

/** Three people who take weeks in turn from Mondays at 09:00 in Berlin, and a night layer that leaves gaps. */
export const ON_CALL: OnCallSettings = {
  people: [
    {
      id: "ada",
      name: "Ada Byron",
      zone: "Europe/Berlin",
      contacts: [{ notifier: "chat" }, { notifier: "mail", address: "ada@example.org" }],
      rules: [
        { urgency: "page", notifier: "chat", afterMs: 0 },
        { urgency: "page", notifier: "mail", afterMs: 300_000 },
      ],
    },
    { id: "ben", name: "Ben Okri", zone: "America/New_York", contacts: [{ notifier: "chat" }] },
    { id: "cy", name: "Cy Twombly", zone: "Europe/Berlin", contacts: [] },
  ],
  teams: [{ id: "core", name: "Core", members: ["ada", "ben"] }],
  schedules: [
    {
      id: "primary",
      name: "Primary",
      layers: [
        {
          id: "week",
          rotation: {
            every: "weekly",
            start: "2026-01-05",
            handOff: "09:00",
            zone: "Europe/Berlin",
            participants: ["ben", "cy", "ada"],
          },
        },
      ],
      overrides: [
        {
          id: "dentist",
          kind: "replace",
          personId: "ben",
          withPersonId: "ada",
          fromMs: Date.parse("2026-03-11T09:00:00Z"),
          toMs: Date.parse("2026-03-11T12:00:00Z"),
          author: "ben",
          reason: "Dentist",
        },
      ],
    },
    {
      id: "office",
      name: "Office hours",
      layers: [
        {
          id: "day",
          rotation: {
            every: "daily",
            start: "2026-01-05",
            handOff: "09:00",
            zone: "Europe/Berlin",
            participants: ["ada"],
          },
          restrictions: [{ weekdays: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" }],
        },
      ],
    },
  ],
  policies: [
    {
      id: "standard",
      steps: [
        { targets: [{ kind: "schedule", scheduleId: "primary" }], delayMs: 600_000 },
        {
          targets: [{ kind: "person", personId: "ada" }],
          delayMs: 600_000,
          conditions: [{ kind: "severity", anyOf: ["SEV1"] }],
        },
      ],
      repeat: 1,
      fallback: [{ kind: "team", teamId: "core", members: "all" }],
    },
  ],
  policyOf: new Map([["payments", "standard"]]),
};
