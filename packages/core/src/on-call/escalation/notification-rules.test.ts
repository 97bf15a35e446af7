import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Severity } from "../../incident/severity.js";
import { MINUTE_MS, START_MS } from "./escalation.fixture.js";
import { planSends, urgencyOf, type NotificationRule, type ReachablePerson } from "./notification-rules.js";

const HOUR_MS = 60 * MINUTE_MS;
const contacts = [{ notifier: "push" }, { notifier: "sms", address: "+49" }, { notifier: "sms", address: "+44" }];
// START_MS is Saturday, 13:00 in Berlin.
const office = { weekdays: [1, 2, 3, 4, 5], times: [{ start: "09:00", end: "17:00" }], zone: "Europe/Berlin" };
const noon = { times: [{ start: "13:00", end: "14:00" }], zone: "Europe/Berlin" };
const ada = (...rules: readonly NotificationRule[]): ReachablePerson => ({ id: "ada", contacts, rules });
const rule = (notifier: string, afterMs: number, more: Partial<NotificationRule> = {}): NotificationRule => ({
  urgency: "page",
  notifier,
  afterMs,
  ...more,
});
const pageAt = (atMs: number) => ({ atMs, urgency: "page", severity: "SEV2" }) as const;
const ticketAt = (atMs: number) => ({ atMs, urgency: "ticket", severity: "SEV3" }) as const;
const infoAt = (atMs: number) => ({ atMs, urgency: "info", severity: "SEV1" }) as const;
const EVERYTHING = contacts.map((contact) => ({ ...contact, afterMs: 0 }));

describe("the plan of how a person is told", () => {
  it("follows their rules for the urgency, earliest first, to every contact of the channel", () => {
    const person = ada(rule("sms", 2 * MINUTE_MS), rule("push", 0), rule("push", 0, { urgency: "ticket" }));
    expect(planSends(person, pageAt(START_MS))).toEqual([
      { notifier: "push", afterMs: 0 },
      { notifier: "sms", address: "+49", afterMs: 2 * MINUTE_MS },
      { notifier: "sms", address: "+44", afterMs: 2 * MINUTE_MS },
    ]);
  });

  it("tells the same contact once at one time, and again at another", () => {
    const person = ada(rule("push", 0), rule("push", 0), rule("push", 1));
    expect(planSends(person, pageAt(START_MS))).toEqual([
      { notifier: "push", afterMs: 0 },
      { notifier: "push", afterMs: 1 },
    ]);
  });

  it("pages by the rules whose local time it is when they are due", () => {
    const person = ada(rule("push", 0, { within: noon }), rule("sms", HOUR_MS, { within: noon }));
    expect(planSends(person, pageAt(START_MS))).toEqual([{ notifier: "push", afterMs: 0 }]);
    const later = ada(rule("push", HOUR_MS - 1, { within: noon }));
    expect(planSends(later, pageAt(START_MS))).toEqual([{ notifier: "push", afterMs: HOUR_MS - 1 }]);
  });

  it("pages every contact at once where no rule is left: rules never lose a page", () => {
    for (const person of [
      ada(),
      { id: "ada", contacts },
      ada(rule("push", 0, { within: office })),
      ada(rule("pager", 0)),
      ada(rule("push", 5, { urgency: "info" })),
    ])
      expect(planSends(person, pageAt(START_MS))).toEqual(EVERYTHING);
  });

  it("keeps a ticket until the rule's time comes, and tells it at once within that time", () => {
    const person = ada(rule("push", 0, { urgency: "ticket", within: office }));
    const untilMonday = (24 + 20) * HOUR_MS;
    expect(planSends(person, ticketAt(START_MS))).toEqual([{ notifier: "push", afterMs: untilMonday }]);
    expect(planSends(person, ticketAt(START_MS + untilMonday))).toEqual([{ notifier: "push", afterMs: 0 }]);
    const delayed = ada(rule("push", MINUTE_MS, { urgency: "ticket", within: noon }));
    expect(planSends(delayed, ticketAt(START_MS))).toEqual([{ notifier: "push", afterMs: MINUTE_MS }]);
    const always = ada(rule("push", 7, { urgency: "ticket" }));
    expect(planSends(always, ticketAt(START_MS))).toEqual([{ notifier: "push", afterMs: 7 }]);
  });

  it("tells a ticket or a word to the first contact where no rule is left", () => {
    const first = [{ notifier: "push", afterMs: 0 }];
    expect(planSends(ada(), ticketAt(START_MS))).toEqual(first);
    expect(planSends(ada(rule("push", 5)), infoAt(START_MS))).toEqual(first);
    // No 30 February within eight days, nor ever.
    const never = ada(rule("sms", 0, { urgency: "info", within: { daysOfMonth: [30], months: [2], zone: "UTC" } }));
    expect(planSends(never, infoAt(START_MS))).toEqual(first);
  });

  it("brings a SEV2 by chat and a SEV1 by phone where the rules say so", () => {
    const sends = (severity: Severity, ...rules: readonly NotificationRule[]) =>
      planSends(ada(...rules), { ...pageAt(START_MS), severity }).map(({ notifier, afterMs }) => [notifier, afterMs]);
    const both = [rule("push", 0, { severities: ["SEV2"] }), rule("sms", 7, { severities: ["SEV1"] })];
    expect(sends("SEV2", ...both)).toEqual([["push", 0]]);
    expect(sends("SEV1", ...both)).toEqual([
      ["sms", 7],
      ["sms", 7],
    ]);
    expect(sends("SEV1", ...both, rule("push", 9)).at(-1)).toEqual(["push", 9]);
    expect(sends("SEV1", rule("push", 3, { severities: ["SEV2", "SEV1"] }))).toEqual([["push", 3]]);
    // Nobody is forgotten whom no rule is for.
    expect(sends("SEV1", rule("push", 3, { severities: ["SEV2"] }))).toEqual([
      ["push", 0],
      ["sms", 0],
      ["sms", 0],
    ]);
  });

  it("is empty for a person without contacts and for nobody else", () => {
    expect(planSends({ id: "bob", contacts: [], rules: [rule("push", 0)] }, pageAt(START_MS))).toEqual([]);
    const anyRule = fc.record({
      urgency: fc.constantFrom("page", "ticket", "info"),
      notifier: fc.constantFrom("push", "sms", "pager"),
      afterMs: fc.integer({ min: 0, max: HOUR_MS }),
      within: fc.constantFrom(office, noon, { daysOfMonth: [30], months: [2], zone: "UTC" }),
    });
    fc.assert(
      fc.property(
        fc.array(anyRule),
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom("page", "ticket", "info"),
        (rules, atMs, urgency) => {
          const plan = planSends(ada(...rules), { urgency, atMs, severity: "SEV3" });
          expect(plan.length).toBeGreaterThan(0);
          expect(plan.map(({ afterMs }) => afterMs)).toEqual(
            plan.map(({ afterMs }) => afterMs).toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });

  it("holds SEV1 and SEV2 for pages and the rest for tickets", () => {
    expect((["SEV1", "SEV2", "SEV3", "SEV4"] as const).map(urgencyOf)).toEqual(["page", "page", "ticket", "ticket"]);
  });
});
