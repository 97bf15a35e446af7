import { describe, expect, it } from "vitest";
import { alertAt, declareFromAlert, evidenceNamed, incidentAfter, MINUTE_MS, START_MS } from "./alert.fixture.js";
import type { IncidentCommand } from "./incident-command.js";
import { incidentTimeline } from "./incident-timeline.js";

const asked = (minutes: number) => ({
  atMs: START_MS + minutes * MINUTE_MS,
  actor: "ada",
  causeId: `cause-${minutes}`,
});
const follow = (minutes: number, type: Parameters<typeof alertAt>[0]): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes),
  actor: "engine",
  alert: alertAt(type, START_MS + minutes * MINUTE_MS, { explanation: "Burn is 3x." }),
});

describe("the timeline", () => {
  it("is the events, in words, in UTC", () => {
    const { events } = incidentAfter(
      { ...declareFromAlert(), evidence: [evidenceNamed("logs-1")] },
      { type: "acknowledge", ...asked(2) },
      { type: "change-severity", ...asked(3), severity: "SEV1", reason: "all cards fail" },
      { type: "note", ...asked(4), text: "Rolled back <b>v2</b>" },
      follow(5, "alert.escalated"),
      { type: "resolve", ...asked(6), reason: "it answers" },
      { type: "reopen", ...asked(7), reason: "it fails" },
      follow(8, "alert.resolved"),
      { type: "close", ...asked(9), how: "person", reason: "reviewed" },
    );
    const lines = incidentTimeline(events).map((entry) => `${entry.at} ${entry.actor} ${entry.kind}: ${entry.text}`);
    expect(lines).toEqual([
      "2026-11-21 10:00:00 UTC engine declared: SEV2 declared (a page): payments: payments-availability burns its error budget. payments-availability pages: 33x over 1 h against 14.4x.",
      "2026-11-21 10:00:00 UTC engine evidence-attached: Evidence logs-1 (logs from cloudwatch, 2026-11-21 09:00:00 UTC to 2026-11-21 10:00:00 UTC): Payments refuses connections",
      "2026-11-21 10:02:00 UTC ada acknowledged: Acknowledged",
      "2026-11-21 10:03:00 UTC ada severity-changed: Severity changed from SEV2 to SEV1: all cards fail",
      "2026-11-21 10:04:00 UTC ada noted: Rolled back <b>v2</b>",
      "2026-11-21 10:05:00 UTC engine alert-updated: The alert escalated (page). Burn is 3x.",
      "2026-11-21 10:06:00 UTC ada resolved: Resolved by hand: it answers",
      "2026-11-21 10:07:00 UTC ada reopened: Reopened: it fails",
      "2026-11-21 10:08:00 UTC engine alert-updated: The alert resolved (page). Burn is 3x.",
      "2026-11-21 10:08:00 UTC engine resolved: Resolved, as its alert did: Burn is 3x.",
      "2026-11-21 10:09:00 UTC ada closed: Closed by hand: reviewed",
    ]);
    expect(incidentTimeline(events)[0]?.atMs).toBe(START_MS);
  });

  it.each([
    ["alert.fired", "The alert fired again (page). Burn is 3x."],
    ["alert.eased", "The alert eased (page). Burn is 3x."],
    ["alert.frozen", "The alert froze: its data are missing (page). Burn is 3x."],
    ["alert.thawed", "The alert thawed: its data are back (page). Burn is 3x."],
    ["alert.suppressed", "The alert is held back while database-availability pages (page). Burn is 3x."],
    ["alert.unsuppressed", "The alert is no longer held back (page). Burn is 3x."],
  ] as const)("says what %s means", (type, words) => {
    const { events } = incidentAfter(declareFromAlert(), follow(5, type));
    expect(incidentTimeline(events).at(-1)?.text).toBe(words);
  });

  it("of a person's incident, closed by itself and without a reason", () => {
    const declare: IncidentCommand = {
      type: "declare",
      ...asked(0),
      incidentId: "INC-001",
      origin: { kind: "person", title: "Cards fail", severity: "SEV1", service: "payments" },
    };
    const { events } = incidentAfter(
      declare,
      { type: "acknowledge", ...asked(1) },
      { type: "resolve", ...asked(2), reason: "fixed" },
    );
    const closed = (command: IncidentCommand): string | undefined =>
      incidentTimeline(
        incidentAfter(
          declare,
          { type: "acknowledge", ...asked(1) },
          { type: "resolve", ...asked(2), reason: "fixed" },
          command,
        ).events,
      ).at(-1)?.text;
    expect(incidentTimeline(events)[0]?.text).toBe("SEV1 declared (chosen by whoever declared it): Cards fail");
    expect(closed({ type: "close", ...asked(3), how: "auto", ttlMs: 0 })).toBe(
      "Closed by itself: resolved, and quiet for the whole time to live",
    );
    expect(closed({ type: "close", ...asked(3), how: "person" })).toBe("Closed by hand");
  });

  it("says that the rules which an alert met were recorded", () => {
    const traced: IncidentCommand = { type: "trace-alert", ...asked(5), key: "a/burn", trace: {} };
    const entry = incidentTimeline(incidentAfter(declareFromAlert(), traced).events).at(-1);
    expect(entry).toMatchObject({ kind: "alert-traced", text: "Which rules a/burn met was recorded" });
  });
});
