import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
const EVERYTHING = contacts.map((contact) => ({ ...contact, afterMs: 0 }));

describe("the plan of how a person is told", () => {
  it("follows their rules for the urgency, earliest first, to every contact of the channel", () => {
    const person = ada(rule("sms", 2 * MINUTE_MS), rule("push", 0), rule("push", 0, { urgency: "ticket" }));
    expect(planSends(person, "page", START_MS)).toEqual([
      { notifier: "push", afterMs: 0 },
      { notifier: "sms", address: "+49", afterMs: 2 * MINUTE_MS },
      { notifier: "sms", address: "+44", afterMs: 2 * MINUTE_MS },
    ]);
  });

  it("tells the same contact once at one time, and again at another", () => {
    const person = ada(rule("push", 0), rule("push", 0), rule("push", 1));
    expect(planSends(person, "page", START_MS)).toEqual([
      { notifier: "push", afterMs: 0 },
      { notifier: "push", afterMs: 1 },
    ]);
  });

  it("pages by the rules whose local time it is when they are due", () => {
    const person = ada(rule("push", 0, { within: noon }), rule("sms", HOUR_MS, { within: noon }));
    expect(planSends(person, "page", START_MS)).toEqual([{ notifier: "push", afterMs: 0 }]);
    const later = ada(rule("push", HOUR_MS - 1, { within: noon }));
    expect(planSends(later, "page", START_MS)).toEqual([{ notifier: "push", afterMs: HOUR_MS - 1 }]);
  });

  it("pages every contact at once where no rule is left: rules never lose a page", () => {
    for (const person of [
      ada(),
      { id: "ada", contacts },
      ada(rule("push", 0, { within: office })),
      ada(rule("pager", 0)),
      ada(rule("push", 5, { urgency: "info" })),
    ])
      expect(planSends(person, "page", START_MS)).toEqual(EVERYTHING);
  });

  it("keeps a ticket until the rule's time comes, and tells it at once within that time", () => {
    const person = ada(rule("push", 0, { urgency: "ticket", within: office }));
    const untilMonday = (24 + 20) * HOUR_MS;
    expect(planSends(person, "ticket", START_MS)).toEqual([{ notifier: "push", afterMs: untilMonday }]);
    expect(planSends(person, "ticket", START_MS + untilMonday)).toEqual([{ notifier: "push", afterMs: 0 }]);
    const delayed = ada(rule("push", MINUTE_MS, { urgency: "ticket", within: noon }));
    expect(planSends(delayed, "ticket", START_MS)).toEqual([{ notifier: "push", afterMs: MINUTE_MS }]);
    const always = ada(rule("push", 7, { urgency: "ticket" }));
    expect(planSends(always, "ticket", START_MS)).toEqual([{ notifier: "push", afterMs: 7 }]);
  });

  it("tells a ticket or a word to the first contact where no rule is left", () => {
    const first = [{ notifier: "push", afterMs: 0 }];
    expect(planSends(ada(), "ticket", START_MS)).toEqual(first);
    expect(planSends(ada(rule("push", 5)), "info", START_MS)).toEqual(first);
    // No 30 February within eight days, nor ever.
    const never = ada(rule("sms", 0, { urgency: "info", within: { daysOfMonth: [30], months: [2], zone: "UTC" } }));
    expect(planSends(never, "info", START_MS)).toEqual(first);
  });

  it("is empty for a person without contacts and for nobody else", () => {
    expect(planSends({ id: "bob", contacts: [], rules: [rule("push", 0)] }, "page", START_MS)).toEqual([]);
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
          const plan = planSends(ada(...rules), urgency, atMs);
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
