import { describe, expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import { ON_CALL_CONFIG, parseText } from "./testing/sample-registry.js";

function taken(text: string): PlimsollConfig {
  const parsed = parseText(text);
  if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));
  return parsed.value;
}

/** What is wrong with a text: place, line, column, what is said, what was expected, what to do. */
function refused(text: string) {
  const parsed = parseText(text);
  if (parsed.ok) throw new Error("it was taken");
  return parsed.error.map(({ path, line, column, message, expected, fix }) => [
    `${path} ${line}:${column}`,
    message,
    expected,
    fix,
  ]);
}

function withPart(part: string, other: string): string {
  if (!ON_CALL_CONFIG.includes(part)) throw new Error(`there is no ${part}`);
  return ON_CALL_CONFIG.replace(part, other);
}

/** What is wrong once a part of the whole is replaced by another. */
function refusedWith(part: string, other: string) {
  return refused(withPart(part, other));
}

/** Line and column at which a word stands in a text for the first time. */
function placeOf(word: string, text: string): string {
  const before = text.slice(0, text.indexOf(word)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

describe("who answers when", () => {
  const { onCall } = taken(ON_CALL_CONFIG);

  it("is read with people, their contacts and their rules", () => {
    expect(onCall.people).toEqual([
      {
        id: "ana",
        name: "Ana Ruiz",
        zone: "Europe/Madrid",
        night: { start: "23:00", end: "06:30" },
        contacts: [{ notifier: "oncall" }, { notifier: "console", address: "ana@example.org" }],
        rules: [
          { urgency: "page", notifier: "oncall", afterMs: 0 },
          { urgency: "page", notifier: "console", afterMs: 300_000 },
          {
            urgency: "ticket",
            notifier: "console",
            afterMs: 0,
            within: {
              weekdays: [1, 2, 3, 4, 5],
              times: [{ start: "09:00", end: "17:00" }],
              zone: "Europe/Madrid",
            },
          },
          { urgency: "info", notifier: "console", afterMs: 0, within: { weekdays: [1], zone: "UTC" } },
        ],
      },
      { id: "ben", name: "ben", zone: "America/New_York", contacts: [{ notifier: "console" }] },
    ]);
    expect(onCall.teams).toEqual([
      { id: "platform", name: "Platform", members: ["ana", "ben"] },
      { id: "leads", name: "leads", members: ["ben"] },
    ]);
  });

  it("is read with layers, temporary schedules and overrides", () => {
    expect(onCall.schedules).toEqual([
      {
        id: "primary",
        name: "Primary",
        layers: [
          {
            id: "week",
            priority: 0,
            rotation: {
              every: "weekly",
              length: 1,
              start: "2026-01-05",
              handOff: "09:00",
              zone: "Europe/Madrid",
              participants: ["ana", "ben"],
              excluded: { weekdays: [6, 7], dates: ["2026-12-25"], turns: "consume" },
            },
            restrictions: [],
          },
          {
            id: "office",
            priority: 10,
            rotation: {
              every: "daily",
              length: 2,
              start: "2026-01-05",
              handOff: "08:00",
              zone: "America/New_York",
              participants: ["ben"],
            },
            restrictions: [
              { weekdays: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
              { weekdays: [6], start: "00:00", end: "24:00" },
            ],
          },
        ],
        temporary: [
          {
            id: "fair",
            fromMs: Date.UTC(2026, 2, 2),
            toMs: Date.UTC(2026, 2, 4),
            shifts: [{ personId: "ben", fromMs: Date.UTC(2026, 2, 2), toMs: Date.UTC(2026, 2, 3) }],
          },
        ],
        overrides: [
          {
            id: "dentist",
            fromMs: Date.UTC(2026, 4, 4, 9),
            toMs: Date.UTC(2026, 4, 4, 12),
            author: "ana",
            reason: "Dentist",
            kind: "replace",
            personId: "ana",
            withPersonId: "ben",
          },
          { id: "more", fromMs: Date.UTC(2026, 4, 5), toMs: Date.UTC(2026, 4, 6), kind: "add", personId: "ben" },
          { id: "less", fromMs: Date.UTC(2026, 4, 7), toMs: Date.UTC(2026, 4, 8), kind: "remove", personId: "ana" },
        ],
      },
    ]);
  });

  it("is nobody where nothing is said of it", () => {
    expect(taken("version: 1\n").onCall).toEqual({
      people: [],
      teams: [],
      schedules: [],
      policies: [],
      policyOf: new Map(),
    });
  });
});

describe("who is called", () => {
  const { onCall } = taken(ON_CALL_CONFIG);

  it("is read with steps, conditions, stakeholders and the reminder", () => {
    expect(onCall.policies).toEqual([
      {
        id: "standard",
        steps: [
          { targets: [{ kind: "schedule", scheduleId: "primary" }], delayMs: 300_000 },
          {
            targets: [
              { kind: "team", teamId: "platform", members: "in-turn" },
              { kind: "person", personId: "ana" },
            ],
            delayMs: 600_000,
            conditions: [
              { kind: "severity", anyOf: ["SEV1", "SEV2"] },
              { kind: "time", within: { weekdays: [1, 2, 3, 4, 5], zone: "UTC" } },
              { kind: "pass", from: 2, to: 3 },
            ],
          },
          {
            targets: [{ kind: "team", teamId: "leads", members: "all" }],
            delayMs: 300_000,
            conditions: [{ kind: "pass", from: 1 }],
          },
        ],
        repeat: 2,
        fallback: [{ kind: "team", teamId: "platform", members: "all" }],
        stakeholders: [
          { targets: [{ kind: "person", personId: "ben" }], afterMs: 0 },
          { targets: [{ kind: "team", teamId: "leads", members: "all" }], afterMs: 900_000, severities: ["SEV1"] },
        ],
        acknowledgement: { remindAfterMs: 1_800_000, answerWithinMs: 600_000 },
      },
      {
        id: "quiet",
        steps: [{ targets: [{ kind: "person", personId: "ben" }], delayMs: 300_000 }],
        repeat: 0,
        fallback: [{ kind: "person", personId: "ben" }],
        stakeholders: [],
      },
    ]);
  });

  it("depends on the service, or else on the default", () => {
    expect(onCall.defaultPolicy).toBe("standard");
    expect([...onCall.policyOf]).toEqual([["wiki", "quiet"]]);
  });
});

describe("names that nobody defined", () => {
  it.each([
    ["members: [ana, ben]", "members: [ana, bne]", "bne", "teams.platform.members[1]", "ben"],
    [
      "[ben]\n        restr",
      "[bem]\n        restr",
      "bem",
      "schedules.primary.layers[1].rotation.participants[0]",
      "ben",
    ],
    [
      "[{ person: ben, from",
      "[{ person: en, from",
      "en, from",
      "schedules.primary.temporary[0].shifts[0].person",
      "ben",
    ],
    ["with: ben", "with: benn", "benn", "schedules.primary.overrides[0].with", "ben"],
    ["add: ben", "add: bben", "bben", "schedules.primary.overrides[1].add", "ben"],
    ["remove: ana", "remove: anna", "anna", "schedules.primary.overrides[2].remove", "ana"],
    [
      "{ schedule: primary }",
      "{ schedule: primari }",
      "primari",
      "escalation.policies.standard.steps[0].targets[0].schedule",
      "primary",
    ],
    [
      "{ team: leads }], after",
      "{ team: leeds }], after",
      "leeds",
      "escalation.policies.standard.stakeholders[0].targets[0].team",
      "leads",
    ],
    [
      "fallback: [{ person: ben",
      "fallback: [{ person: bee",
      "bee",
      "escalation.policies.quiet.fallback[0].person",
      "ben",
    ],
    ["default: standard", "default: standart", "standart", "escalation.default", "standard"],
    ["escalation: quiet", "escalation: quite", "quite", "services.wiki.escalation", "quiet"],
    ["{ notifier: oncall }", "{ notifier: onkall }", "onkall }", "people.ana.contacts[0].notifier", "oncall"],
  ])("are named with their place: %s as %s", (...[part, other, word, path, meant]) => {
    const text = withPart(part, other);
    expect(refused(text).map(([place, , , fix]) => [place, fix])).toContainEqual([
      `${path} ${placeOf(word, text)}`,
      `Did you mean \`${meant}\`?`,
    ]);
  });

  it("may be like none", () => {
    expect(refusedWith("fallback: [{ person: ben", "fallback: [{ person: zacharias")[0]?.[3]).toBe(
      "Define it under `people`, or correct the name.",
    );
  });

  it("are told as such, with those that there are", () => {
    expect(refusedWith("escalation: quiet", "escalation: loud")).toEqual([
      [
        "services.wiki.escalation 5:23",
        "There is no escalation policy `loud`.",
        "standard or quiet",
        "Define it under `escalation.policies`, or correct the name.",
      ],
    ]);
  });

  it("are no second mistake where the policies are wrong in themselves", () => {
    expect(refusedWith("repeat: 2", "repeat: 100")).toEqual([
      [
        "escalation.policies.standard.repeat 74:15",
        "It is not a whole number from 0 to 99.",
        "a whole number from 0 to 99",
        "Write a whole number from 0 to 99.",
      ],
    ]);
  });
});

describe("a contact's address", () => {
  const withContact = (contact: string, notifier = "{ type: phone }") =>
    `version: 1\nnotifiers: { call: ${notifier} }\npeople:\n  eve: { zone: UTC, contacts: [{ notifier: console }, ${contact}] }\n`;

  it("is what the notifier's type takes, or none", () => {
    const contacts = (contact: string) => taken(withContact(contact)).onCall.people[0]?.contacts[1];
    expect(contacts('{ notifier: call, address: "+34600" }')).toEqual({ notifier: "call", address: "+34600" });
    expect(contacts("{ notifier: call }")).toEqual({ notifier: "call" });
    expect(contacts("{ notifier: console, address: whatever }")).toEqual({ notifier: "console", address: "whatever" });
  });

  it.each(["+34 600", "+34 600 000 000 000", "eve@example.org"])(
    "is refused where no page would arrive: %s",
    (address) => {
      const text = withContact(`{ notifier: call, address: "${address}" }`);
      expect(refused(text)).toEqual([
        [
          `people.eve.contacts[1].address ${placeOf(`"${address}"`, text)}`,
          "No message by `call` would arrive at this address.",
          "a number such as `+34600000000`",
          "Write a number such as `+34600000000`.",
        ],
      ]);
      const parsed = parseText(text);
      expect(parsed.ok ? [] : parsed.error.map(({ code, found }) => [code, found])).toEqual([
        ["invalid-value", `"${address}"`],
      ]);
    },
  );

  it("is checked also where the notifier's settings are wrong, and not where there is no such notifier", () => {
    const wrong = withContact('{ notifier: call, address: "x" }', "{ type: phone, colour: red }");
    expect(refused(wrong).map(([place]) => place)).toEqual([
      `notifiers.call.colour ${placeOf("colour", wrong)}`,
      `people.eve.contacts[1].address ${placeOf('"x"', wrong)}`,
    ]);
    const unknown = withContact('{ notifier: cal, address: "x" }');
    expect(refused(unknown).map(([place]) => place)).toEqual([
      `people.eve.contacts[1].notifier ${placeOf("cal,", unknown)}`,
    ]);
  });

  it("is told as a fault of the type where its schema throws", () => {
    expect(refused(withContact('{ notifier: call, address: "+999" }'))).toEqual([
      [
        "people.eve.contacts[1].address 4:82",
        "The type of `call` failed on this address.",
        undefined,
        "Report it to the author of the type.",
      ],
    ]);
  });
});

describe("a person's rule", () => {
  it("is for one of the person's own contacts", () => {
    expect(refusedWith("{ urgency: page, notifier: oncall }", "{ urgency: page, notifier: consol }")).toEqual([
      [
        "people.ana.rules[0].notifier 14:36",
        "`ana` has no contact at `consol`.",
        "oncall or console",
        "Did you mean `console`?",
      ],
    ]);
    const nobody = "version: 1\npeople:\n  eve: { zone: UTC, rules: [{ urgency: page, notifier: console }] }\n";
    expect(refused(nobody)).toEqual([
      [
        "people.eve.rules[0].notifier 3:56",
        "`eve` has no contact at `console`.",
        "a notifier of `contacts`, where none is named",
        "Add the contact, or remove the rule.",
      ],
    ]);
  });

  it("is for the severities it names, which are those of its urgency", () => {
    const PAGE = "{ urgency: page, notifier: oncall }";
    const read = taken(withPart(PAGE, "{ urgency: page, severities: [SEV1, SEV2], notifier: oncall }"));
    expect(read.onCall.people[0]?.rules?.[0]).toEqual({
      urgency: "page",
      severities: ["SEV1", "SEV2"],
      notifier: "oncall",
      afterMs: 0,
    });
    const INFO = "{ urgency: info, notifier: console,";
    const heard = taken(withPart(INFO, "{ urgency: info, severities: [SEV4, SEV1], notifier: console,"));
    expect(heard.onCall.people[0]?.rules?.[3]?.severities).toEqual(["SEV4", "SEV1"]);
    expect(refusedWith(PAGE, "{ urgency: page, severities: [SEV1, SEV3], notifier: oncall }")).toEqual([
      [
        "people.ana.rules[0].severities[1] 14:45",
        "No SEV3 is a page, so that this rule would never tell of one.",
        "SEV1 or SEV2",
        "Remove it, or make a rule with `urgency: ticket` for it.",
      ],
    ]);
    expect(refusedWith(PAGE, "{ urgency: ticket, severities: [SEV2], notifier: oncall }")).toEqual([
      [
        "people.ana.rules[0].severities[0] 14:41",
        "No SEV2 is a ticket, so that this rule would never tell of one.",
        "SEV3 or SEV4",
        "Remove it, or make a rule with `urgency: page` for it.",
      ],
    ]);
    expect(refusedWith(PAGE, "{ urgency: page, severities: [], notifier: oncall }")[0]?.[1]).toBe("The list is empty.");
  });

  it("says when it is for, or is for always", () => {
    expect(refusedWith("within: { weekdays: [mon], zone: UTC }", "within: { zone: UTC }")).toEqual([
      [
        "people.ana.rules[3].within 17:53",
        "Nothing says when it comes again.",
        "at least one of weekdays, daysOfMonth, months, times",
        "Add one, or leave the whole out if it holds always.",
      ],
    ]);
  });
});

describe("a schedule that can not be", () => {
  it.each([
    [
      'start: 2026-01-05\n          handOff: "09:00"',
      'start: 2026-02-30\n          handOff: "09:00"',
      "`2026-02-30` is no day of the calendar.",
    ],
    ['handOff: "08:00"', 'handOff: "8:00"', "`8:00` is not a clock time."],
    ["length: 2", "length: 0", "It is not a whole number from 1 to 1000."],
    ["dates: [2026-12-25]", "dates: [25.12.2026]", "`25.12.2026` is not a date."],
    ["times: 09:00-17:00", "times: 09:00-09:00", "`09:00-09:00` is not a range of clock times."],
    ["every: weekly", "every: week", '"week" is not known here.'],
    ["- weekdays: [sat]", "- {}", "Nothing says when the layer speaks."],
    ["replace: ana", "add: ana", "An override is exactly one change."],
    ["replace: ana\n        with: ben", "replace: ana", "An override is exactly one change."],
    ["to: 2026-05-04T12:00:00Z", "to: 2026-05-04T09:00:00Z", "It ends before it starts."],
    ["- id: office", "- id: week", '"week" is used before.'],
  ])("is refused: %s as %s", (part, other, said) => {
    expect(refusedWith(part, other).map(([, message]) => message)).toEqual([said]);
  });

  it("is told at the place in the file", () => {
    expect(refusedWith("- id: office", "- id: week")).toEqual([
      ["schedules.primary.layers[1].id 34:13", '"week" is used before.', undefined, "Give each an id of its own."],
    ]);
    expect(refusedWith("every: weekly", "every: week")).toEqual([
      [
        "schedules.primary.layers[0].rotation.every 28:18",
        '"week" is not known here.',
        "one of hourly, daily, weekly, monthly, yearly",
        "Did you mean `weekly`?",
      ],
    ]);
  });
});

describe("a policy that can not be", () => {
  it.each([
    [
      "{ schedule: primary }",
      "{ schedule: primary, person: ana }",
      "A target is exactly one of a person, a schedule and a team.",
    ],
    ["{ schedule: primary }", "{ schedule: primary, members: all }", "Only a team has members."],
    ["delay: 10m", "delay: 59s", "It is too short, or too long."],
    ["delay: 10m", "delay: 7d1s", "It is too short, or too long."],
    ["after: 15m", "after: 8d", "It is too short, or too long."],
    ["remindAfter: 30m", "remindAfter: 30s", "It is too short, or too long."],
    ["fallback: [{ team: platform }]", "fallback: []", "The list is empty."],
    ["severities: [SEV1]", "severities: []", "The list is empty."],
    ["from: 2, to: 3", "from: 4", "Passes 4 to 3 never come."],
    ["from: 2, to: 3", "from: 3, to: 2", "Passes 3 to 2 never come."],
  ])("is refused: %s as %s", (part, other, said) => {
    expect(refusedWith(part, other).map(([, message]) => message)).toEqual([said]);
  });

  it("is told at the place in the file", () => {
    expect(refusedWith("from: 2, to: 3", "from: 4")).toEqual([
      [
        "escalation.policies.standard.steps[1].when.passes 72:21",
        "Passes 4 to 3 never come.",
        undefined,
        "There are 3.",
      ],
    ]);
    expect(refusedWith("delay: 10m", "delay: 59s")).toEqual([
      [
        "escalation.policies.standard.steps[1].delay 68:18",
        "It is too short, or too long.",
        "a duration from 1m to 1w",
        "Write a duration from 1m to 1w, such as `5m`.",
      ],
    ]);
  });

  it("may wait for exactly a minute or a week", () => {
    const delays = ["1m", "1w"].map(
      (delay) => taken(ON_CALL_CONFIG.replace("delay: 10m", `delay: ${delay}`)).onCall.policies[0]?.steps[1]?.delayMs,
    );
    expect(delays).toEqual([60_000, 604_800_000]);
  });
});
