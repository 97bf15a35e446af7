import { UNMEASURED_SLO } from "../src/testing/real-service.js";

/** A configuration with one schedule that is always covered, and one with gaps and somebody whom no page reaches. */
export function onCallConfig(): string {
  return `
services: { payments: { tier: 1, escalation: standard } }${UNMEASURED_SLO}
notifiers: { chat: { type: console } }
people:
  ada: { name: Ada Byron, zone: Europe/Berlin, contacts: [{ notifier: chat }] }
  ben: { name: Ben Okri, zone: America/New_York, contacts: [{ notifier: chat }] }
  cy: { name: Cy Twombly, zone: Europe/Berlin }
schedules:
  primary:
    name: Primary
    layers:
      - id: always
        rotation: { every: daily, start: 2026-01-05, handOff: "09:00", zone: Europe/Berlin, participants: [ada] }
  silent:
    name: Silent hours
    layers:
      - id: even
        rotation: { every: daily, start: 2026-01-05, handOff: "00:00", zone: UTC, participants: [cy] }
    temporary:
      - { id: closed, from: ${day(3)}, to: ${day(5)}, shifts: [{ person: ben, from: ${day(3)}, to: ${day(4)} }] }
escalation:
  policies:
    standard:
      steps: [{ targets: [{ schedule: primary }] }]
      fallback: [{ person: ada }]
`;
}

/** Midnight in UTC so many days from now. */
function day(offset: number): string {
  const dayMs = 86_400_000;
  return new Date((Math.floor(Date.now() / dayMs) + offset) * dayMs).toISOString();
}
