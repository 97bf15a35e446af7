import type { CommandSpec, OptionSpec } from "./command.js";
import { expecting, key, reading, writing } from "./shared-options.js";

const scheduleId = { name: "schedule", required: true, summary: "the schedule" };
const from: OptionSpec = { name: "from", value: "instant", summary: "ISO 8601, such as 2026-11-01T00:00:00Z (now)" };
const to: OptionSpec = { name: "to", value: "instant", summary: "ISO 8601 (two weeks later)" };

const at: OptionSpec = { name: "at", value: "instant", summary: "ISO 8601 (now)" };
const person: OptionSpec = { name: "person", value: "id", summary: "whom it is about" };
const instead: OptionSpec = { name: "with", value: "id", summary: "who is on call instead" };
const reason: OptionSpec = { name: "reason", value: "text", summary: "why; it is shown with the override" };
const span: readonly OptionSpec[] = [
  { ...from, summary: "when it begins, ISO 8601 (now)" },
  { name: "until", value: "instant", summary: "when it ends" },
  { name: "for", value: "duration", summary: "how long it lasts, such as 8h, instead of --until" },
];
const expected = expecting("the schedule", "oncall schedule --output json");
const severities = ["SEV1", "SEV2", "SEV3", "SEV4"];
/** What is read needs no name; `override` reads and writes. */
const both = [...writing.slice(0, 1), ...reading];

/** Who answers when. */
export const ON_CALL_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["oncall", "now"],
    summary: "who is on call on every schedule, until when, by which channels, and who is next",
    arguments: [],
    options: reading,
    examples: ["plimsoll oncall now"],
    load: async () => (await import("../commands/oncall.js")).now,
  },
  {
    path: ["oncall", "who"],
    summary: "who is on call on one schedule at an instant; exit code 1 when nobody is",
    arguments: [scheduleId],
    options: [{ name: "at", value: "instant", summary: "ISO 8601 (now)" }, ...reading],
    examples: ["plimsoll oncall who primary --at 2026-12-24T20:00:00Z"],
    load: async () => (await import("../commands/oncall.js")).who,
  },
  {
    path: ["oncall", "schedule"],
    summary: "the shifts of a schedule, its gaps and its overrides",
    arguments: [scheduleId],
    options: [from, to, ...reading],
    examples: ["plimsoll oncall schedule primary --from 2026-12-01T00:00:00Z --to 2027-01-01T00:00:00Z"],
    load: async () => (await import("../commands/oncall.js")).schedule,
  },
  {
    path: ["oncall", "preview"],
    summary: "what a change would come to, and with --at who would be paged; exit code 1 when it opens a gap",
    arguments: [scheduleId],
    options: [
      { name: "kind", value: "what", choices: ["add", "remove", "replace"], summary: "what the change does" },
      person,
      instead,
      ...span,
      { name: "at", value: "instant", summary: "say who would be paged about an incident that begins then" },
      { name: "severity", value: "severity", choices: severities, summary: "of that incident (SEV1)" },
      { name: "policy", value: "id", summary: "by this escalation policy alone" },
      ...writing.slice(1),
    ],
    examples: [
      "plimsoll oncall preview primary --kind replace --person ana --with ben --from 2026-12-24T08:00:00Z --for 24h --at 2026-12-24T20:00:00Z",
    ],
    load: async () => (await import("../commands/oncall-change.js")).preview,
  },
  {
    path: ["oncall", "override"],
    summary: "change who is on call for a time: add, remove, replace, list, withdraw, import",
    details:
      "add, remove and replace take --person, and replace also --with. withdraw takes the override's id, import an iCalendar file whose events say who is on call: `Ben`, `remove Ana`, `Ben for Ana`. With --key give --from and --until, or a file: what counts from now would be another change each time.",
    arguments: [
      {
        name: "what",
        required: true,
        choices: ["add", "remove", "replace", "list", "withdraw", "import"],
        summary: "add, remove, replace, list, withdraw or import",
      },
      scheduleId,
      { name: "subject", required: false, summary: "the override's id (withdraw), or the calendar's file (import)" },
    ],
    options: [
      person,
      instead,
      ...span,
      reason,
      { name: "zone", value: "zone", summary: "import: of times without one (UTC)" },
      { name: "dry-run", summary: "import: say what it would come to, and store nothing" },
      { name: "skip-unreadable", summary: "import: store what can be read, although something can not" },
      key,
      expected,
      ...both,
    ],
    examples: [
      'plimsoll oncall override replace primary --person ana --with ben --for 4h --reason "Dentist"',
      "plimsoll oncall override list primary",
      "plimsoll oncall override import primary holidays.ics --zone Europe/Madrid --dry-run",
    ],
    load: async () => (await import("../commands/oncall-change.js")).override,
  },
  {
    path: ["oncall", "swap"],
    summary: "let two people take each other's shifts",
    arguments: [scheduleId],
    options: [
      { ...person, summary: "who gives this shift" },
      ...span,
      { ...instead, summary: "who takes it, and gives the other shift" },
      { name: "with-from", value: "instant", summary: "when the other shift begins" },
      { name: "with-until", value: "instant", summary: "when the other shift ends" },
      reason,
      key,
      expected,
      ...writing,
    ],
    examples: [
      "plimsoll oncall swap primary --person ana --from 2026-12-07T08:00:00Z --for 7d --with ben --with-from 2026-12-14T08:00:00Z --with-until 2026-12-21T08:00:00Z",
    ],
    load: async () => (await import("../commands/oncall-change.js")).swap,
  },
  {
    path: ["oncall", "handoff"],
    summary: "what the shift that is on leaves to the next one",
    arguments: [scheduleId],
    options: [{ ...at, summary: "an instant in the shift that ends (now)" }, ...reading],
    examples: ["plimsoll oncall handoff primary --output markdown > hand-over.md"],
    load: async () => (await import("../commands/oncall-health.js")).handoff,
  },
  {
    path: ["oncall", "fairness"],
    summary: "what each person bore: hours, pages, nights, rest; and how even that is",
    arguments: [scheduleId],
    options: [{ ...from, summary: "ISO 8601 (28 days before --to)" }, { ...to, summary: "ISO 8601 (now)" }, ...reading],
    examples: ["plimsoll oncall fairness primary"],
    load: async () => (await import("../commands/oncall-health.js")).fairness,
  },
  {
    path: ["oncall", "lint"],
    summary: "gaps ahead, people whom no page reaches, layers that never speak; exit code 1 when there are any",
    arguments: [{ ...scheduleId, required: false, summary: "one schedule (all)" }],
    options: [from, { ...to, summary: "ISO 8601 (92 days later)" }, ...reading],
    examples: ["plimsoll oncall lint", "plimsoll oncall lint primary --config plimsoll.yaml"],
    load: async () => (await import("../commands/oncall-health.js")).lint,
  },
  {
    path: ["oncall", "undelivered"],
    summary:
      "messages that were not delivered: for whom, by what, about which incident, why; exit code 1 when there are any",
    details: "They were tried until nothing more was to be hoped for. `oncall resend` sends one once more.",
    arguments: [],
    options: reading,
    examples: ["plimsoll oncall undelivered", "plimsoll oncall undelivered -o json"],
    load: async () => (await import("../commands/oncall-deliveries.js")).undelivered,
  },
  {
    path: ["oncall", "resend"],
    summary: "send a message once more that was not delivered",
    arguments: [{ name: "delivery", required: true, summary: "the delivery, as `oncall undelivered` names it" }],
    // It is done in the name of the token: what the API takes here has no other.
    options: [key, ...writing.filter(({ name }) => name !== "by")],
    examples: ["plimsoll oncall resend page/INC-001/1/1/1/ana/sms"],
    load: async () => (await import("../commands/oncall-deliveries.js")).resend,
  },
  {
    path: ["oncall", "calendar"],
    summary: "print the shifts as an iCalendar file",
    arguments: [scheduleId],
    options: [
      { ...person, summary: "only theirs" },
      from,
      { ...to, summary: "ISO 8601 (92 days later)" },
      ...reading.filter(({ name }) => name !== "output"),
    ],
    examples: ["plimsoll oncall calendar primary --person ana > ana.ics"],
    load: async () => (await import("../commands/oncall-health.js")).calendar,
  },
];
