import { describe, expect, it } from "vitest";
import {
  alertAt,
  DAY_MS,
  evaluationAt,
  evidenceNamed,
  incidentAfter,
  MINUTE_MS,
  shareOf,
  START_MS,
} from "./alert.fixture.js";
import type { IncidentBudgetShare } from "./incident-budget-share.js";
import type { IncidentCommand } from "./incident-command.js";
import { renderPostmortem } from "./postmortem.js";

const at = (minutes: number): number => START_MS + minutes * MINUTE_MS;
const asked = (minutes: number, causeId: string) => ({ atMs: at(minutes), actor: "Ada Lovelace", causeId });
const month = { fromMs: START_MS - 20 * DAY_MS, toMs: START_MS + 10 * DAY_MS, lengthMs: 30 * DAY_MS };

const declare: IncidentCommand = {
  type: "declare",
  atMs: START_MS,
  actor: "engine",
  causeId: "alert-event-1",
  incidentId: "INC-001",
  startedAtMs: at(-1),
  origin: {
    kind: "alert",
    serviceTier: 1,
    alert: alertAt("alert.fired", START_MS, { evaluation: evaluationAt(START_MS, { period: month }) }),
  },
};
const recover = (minutes: number, bad: number): IncidentCommand => ({
  type: "update-alert",
  ...asked(minutes, `over-${minutes}`),
  actor: "engine",
  evidence: [evidenceNamed("logs-1")],
  alert: alertAt("alert.resolved", at(minutes), {
    explanation: "Back to 0.2x.",
    evaluation: evaluationAt(at(minutes), { bad, period: month }),
  }),
});

function rendered(atMinutes: number, ...commands: readonly IncidentCommand[]): string {
  const { state, events } = incidentAfter(...commands);
  const share: IncidentBudgetShare =
    state.alert === undefined ? { kind: "unknown", reason: "no SLO was evaluated" } : shareOf(250);
  return renderPostmortem(state, events, { atMs: at(atMinutes), share });
}

describe("the postmortem's draft", () => {
  it("of an incident that was answered, and large, is this", () => {
    const text = rendered(
      60,
      declare,
      { type: "acknowledge", ...asked(4, "ack") },
      { type: "note", ...asked(6, "note"), text: "Rolled v2 back" },
      recover(42, 550),
    );
    expect(text).toBe(`# Postmortem: INC-001, payments: payments-availability burns its error budget

Draft from the timeline, 2026-11-21 11:00:00 UTC. It asks what made the incident possible, not who: causes name roles, not people.

## Summary

- **Severity**: SEV2 (more than 10 % of users affected)
- **Service**: payments
- **Objective**: payments-availability
- **Status**: resolved
- **Duration**: 42 min from detection to resolution
- **Impact**: 25 % of the period's budget (250 bad events of 1000 that the period allows, measured from 2026-11-21 10:00:00 UTC to 2026-11-21 10:42:00 UTC). _To be completed by the incident commander: what users met._
- **Root cause**: _To be completed by the service owner: one sentence._

## Timeline (UTC)

| Time | Who | What |
| --- | --- | --- |
| 2026-11-21 10:00:00 UTC | engine | SEV2 declared (a page): payments: payments-availability burns its error budget. payments-availability pages: 33x over 1 h against 14.4x. |
| 2026-11-21 10:04:00 UTC | Ada Lovelace | Acknowledged |
| 2026-11-21 10:06:00 UTC | Ada Lovelace | Rolled v2 back |
| 2026-11-21 10:42:00 UTC | engine | The alert resolved (page). Back to 0.2x. |
| 2026-11-21 10:42:00 UTC | engine | Resolved, as its alert did: Back to 0.2x. |
| 2026-11-21 10:42:00 UTC | engine | Evidence logs-1 (logs from cloudwatch, 2026-11-21 09:00:00 UTC to 2026-11-21 10:00:00 UTC): Payments refuses connections |

## What happened

It began at 2026-11-21 09:59:00 UTC and was detected 1 min later. It was declared at 2026-11-21 10:00:00 UTC. A responder acknowledged it 4 min after detection. It was resolved at 2026-11-21 10:42:00 UTC.

_To be completed by the incident commander: the story, in the order in which it was understood._

## Why

### Immediate cause

What the engine measured: payments-availability pages: 33x over 1 h against 14.4x.

_To be completed by the responders: what failed, at the place where it failed._

### Contributing causes

_To be completed by the responders: what made it likely, worse, or slow to notice._

### Root cause

_To be completed by the service owner: the condition without which it would not have happened._

## Impact

- **Users**: _To be completed by the incident commander: who was affected, how many, and how._
- **Duration**: 42 min from detection to resolution
- **Business**: _To be completed by the communications lead: cost, contracts, reputation._
- **Error budget consumed by this incident**: 25 % of the period's budget (250 bad events of 1000 that the period allows, measured from 2026-11-21 10:00:00 UTC to 2026-11-21 10:42:00 UTC).
- **People's time**: 38 min of one person

## Action items

Policy: an incident that consumes more than 20 % of the period's budget needs **at least one P0 action item**.

| Action | Owner | Priority | Due |
| --- | --- | --- | --- |
| _To be completed by the service owner_ | | P0 | |

## What went well

- Acknowledged within the 15 min that SEV2 asks for.
- _To be completed by the responders: what helped._

## What could improve

- Stakeholders were not told within the 30 min that SEV2 asks for: 12 min late.
- _To be completed by the responders: what hindered._

## Prevention

_To be completed by the service owner: what keeps this kind of incident from happening again._

## Evidence

- **logs-1**: Payments refuses connections (logs from cloudwatch, 2026-11-21 09:00:00 UTC to 2026-11-21 10:00:00 UTC, SHA-256 hash-of-logs-1)
`);
  });

  it("of a person's incident that nobody has answered is this", () => {
    const text = rendered(75, {
      type: "declare",
      ...asked(0, "declare"),
      incidentId: "INC-002",
      origin: { kind: "person", title: "Cards are refused", severity: "SEV1", service: "payments" },
    });
    expect(text).toBe(`# Postmortem: INC-002, Cards are refused

Draft from the timeline, 2026-11-21 11:15:00 UTC. It asks what made the incident possible, not who: causes name roles, not people.

## Summary

- **Severity**: SEV1 (complete outage for all users)
- **Service**: payments
- **Status**: declared
- **Duration**: 1 h 15 min so far, and not resolved
- **Impact**: Not known, because no SLO was evaluated. _To be completed by the incident commander: what users met._
- **Root cause**: _To be completed by the service owner: one sentence._

## Timeline (UTC)

| Time | Who | What |
| --- | --- | --- |
| 2026-11-21 10:00:00 UTC | Ada Lovelace | SEV1 declared (chosen by whoever declared it): Cards are refused |

## What happened

It was detected at 2026-11-21 10:00:00 UTC. It was declared at 2026-11-21 10:00:00 UTC. Nobody acknowledged it. It is not resolved.

_To be completed by the incident commander: the story, in the order in which it was understood._

## Why

### Immediate cause

_To be completed by the responders: what failed, at the place where it failed._

### Contributing causes

_To be completed by the responders: what made it likely, worse, or slow to notice._

### Root cause

_To be completed by the service owner: the condition without which it would not have happened._

## Impact

- **Users**: _To be completed by the incident commander: who was affected, how many, and how._
- **Duration**: 1 h 15 min so far, and not resolved
- **Business**: _To be completed by the communications lead: cost, contracts, reputation._
- **Error budget consumed by this incident**: Not known, because no SLO was evaluated.

## Action items

| Action | Owner | Priority | Due |
| --- | --- | --- | --- |
| _To be completed by the service owner_ | | | |

## What went well

- _To be completed by the responders: what helped._

## What could improve

- Not acknowledged within the 5 min that SEV1 asks for: 1 h 10 min late.
- Stakeholders were not told within the 15 min that SEV1 asks for: 1 h late.
- _To be completed by the responders: what hindered._

## Prevention

_To be completed by the service owner: what keeps this kind of incident from happening again._

## Evidence

None was attached.
`);
  });

  const flap = (minutes: number): readonly IncidentCommand[] => [
    recover(minutes, 310),
    { type: "reopen", ...asked(minutes + 10, `reopen-${minutes}`), reason: "again" },
  ];

  it("says how often it was reopened, and how long it was open in all", () => {
    const once = rendered(60, declare, ...flap(10), recover(40, 320));
    expect(once).toContain("- **Duration**: 40 min from detection to resolution, of which 30 min open, in 2 rounds\n");
    expect(once).toContain("Nobody acknowledged it. It was reopened once. It was resolved at");
    expect(rendered(99, declare, ...flap(10), ...flap(30), recover(60, 320))).toContain("It was reopened 2 times. ");
  });

  const budgetOf = (share: IncidentBudgetShare): string => {
    const { state, events } = incidentAfter(declare, recover(42, 550));
    const text = renderPostmortem(state, events, { atMs: at(61), share });
    return /consumed by this incident\*\*: (.*)/.exec(text)?.[1] ?? "";
  };
  const measured = "measured from 2026-11-21 10:00:00 UTC to 2026-11-21 10:42:00 UTC";

  it("says what the budget's figure leaves out", () => {
    expect(budgetOf(shareOf(300.5, { allowedBad: 1234.5678, shareRatio: 0.2434, edgeBad: 2.5 }))).toBe(
      `24.3 % of the period's budget (300.5 bad events of 1234.57 that the period allows, ${measured}). ` +
        "At most 2.5 of the bad events may lie outside that time.",
    );
    expect(budgetOf(shareOf(100, { reach: "period-only" }))).toBe(
      `10 % of the period's budget (100 bad events of 1000 that the period allows, ${measured}). ` +
        "It began before this period, and only what is in it is counted.",
    );
    expect(budgetOf({ kind: "none", reason: "nothing happened" })).toBe("None: nothing happened.");
    expect(budgetOf({ kind: "unknown", reason: "nobody counted" })).toBe("Not known, because nobody counted.");
  });

  it("asks for a P0 action item from the share on that policy names", () => {
    const p0 = /needs \*\*at least one P0 action item\*\*/;
    const { state, events } = incidentAfter(declare, recover(42, 350));
    expect(renderPostmortem(state, events, { atMs: at(60), share: shareOf(50) })).not.toMatch(p0);
    const strict = renderPostmortem(state, events, { atMs: at(60), share: shareOf(50), largeIncidentRatio: 0.04 });
    expect(strict).toContain("an incident that consumes more than 4 % of the period's budget");
    expect(strict).toMatch(p0);
  });

  it("says when an answer was late, and when it was in time, of each round", () => {
    const text = rendered(99, declare, { type: "acknowledge", ...asked(20, "ack-1") }, ...flap(30), {
      type: "acknowledge",
      ...asked(45, "ack-2"),
    });
    expect(text).toContain("- Acknowledged within the 15 min that SEV2 asks for.\n- _To be completed");
    expect(text).toContain("- Not acknowledged within the 15 min that SEV2 asks for: 5 min late.\n- Stakeholders");
  });

  it("keeps names out of everything but the timeline", () => {
    const text = rendered(
      60,
      declare,
      { type: "acknowledge", ...asked(4, "ack") },
      { type: "resolve", ...asked(9, "fix"), reason: "Ada Lovelace pulled the plug" },
    );
    const withoutTimeline = text.replace(/## Timeline[^]*?(?=## What happened)/, "");
    expect(text).toContain("Ada Lovelace");
    expect(withoutTimeline).not.toContain("Ada");
  });

  it("lets no name, label or text add markup of its own", () => {
    const evil = "x\n## Fake | <img src=x onerror=alert(1)> [a](javascript:b) `c` ![d](e)";
    const origin = {
      kind: "alert",
      title: evil,
      alert: alertAt("alert.fired", START_MS, { service: evil, sloId: evil, explanation: evil }),
    } as const;
    const text = rendered(
      60,
      {
        type: "declare",
        ...asked(0, "declare"),
        actor: evil,
        incidentId: evil,
        origin,
        evidence: [evidenceNamed(evil, { source: evil, summary: evil, hash: evil })],
      },
      { type: "note", ...asked(6, "note"), text: evil },
    );
    const harmless = rendered(
      60,
      {
        type: "declare",
        ...asked(0, "declare"),
        incidentId: "x",
        origin: { ...origin, title: "x" },
        evidence: [evidenceNamed("x")],
      },
      { type: "note", ...asked(6, "note"), text: "x" },
    );
    const structure = (markdown: string): readonly string[] =>
      markdown
        .split("\n")
        .map((line) => `${/^[#|\-*_ ]*/.exec(line)?.[0].trim()} ${line.replaceAll("\\|", "").split("|").length}`);
    expect(structure(text)).toEqual(structure(harmless));
    expect(text).not.toMatch(/<|>|(?<!\\)\[|(?<!\\)`|(?<!\\)!/);
  });

  it("is the same every time", () => {
    expect(rendered(60, declare, recover(42, 550))).toBe(rendered(60, declare, recover(42, 550)));
  });
});
