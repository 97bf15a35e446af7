import type { Notification, Notifier, OnCallSettings } from "@plimsoll/core";

const MINUTE_MS = 60_000;
const members = [
  { id: "ann", name: "Ann" },
  { id: "bob", name: "Bob" },
  { id: "cy", name: "Cy" },
];

/** Three people: Ann and Bob take turns by the week, Cy is called when neither answers. */
export const team: OnCallSettings = {
  people: members.map((member) => ({
    ...member,
    zone: "Europe/Berlin",
    contacts: [{ notifier: "phone", address: member.id }],
  })),
  teams: [{ id: "payments-team", name: "Payments", members: members.map(({ id }) => id) }],
  schedules: [
    {
      id: "payments",
      name: "Payments",
      layers: [
        {
          id: "week",
          rotation: {
            every: "weekly",
            start: "2026-11-02",
            handOff: "09:00",
            zone: "Europe/Berlin",
            participants: ["ann", "bob"],
          },
        },
      ],
    },
  ],
  policies: [
    {
      id: "payments",
      steps: [
        { targets: [{ kind: "schedule", scheduleId: "payments" }], delayMs: 5 * MINUTE_MS },
        { targets: [{ kind: "person", personId: "bob" }], delayMs: 5 * MINUTE_MS },
      ],
      repeat: 1,
      fallback: [{ kind: "person", personId: "cy" }],
    },
  ],
  policyOf: new Map(),
  defaultPolicy: "payments",
};

/** A channel that everybody hears, and that never fails. */
export function createPhone(heard: (message: Notification) => void): Notifier {
  return {
    async send(message) {
      heard(message);
      return { kind: "sent" };
    },
  };
}
