import type { CommandSpec, OptionSpec } from "./command.js";
import { INCIDENT_FOLLOW_UPS } from "./incident-follow-up-commands.js";
import { commanding, incidentId, reason, severities, severityOption } from "./incident-options.js";
import { KEY_NEEDS_UNTIL, reading } from "./shared-options.js";

const STATUSES = ["open", "all", "declared", "acknowledged", "mitigating", "mitigated", "resolved", "closed"];

const READS: readonly CommandSpec[] = [
  {
    path: ["incident", "list"],
    summary: "incidents, newest first",
    arguments: [],
    options: [
      { name: "status", value: "which", choices: STATUSES, summary: "open, or one status (all)" },
      { ...severityOption, summary: "only those of a severity" },
      { name: "service", value: "name", summary: "only those of a service" },
      { name: "limit", value: "number", summary: "how many at most (100)" },
      ...reading,
    ],
    examples: ["plimsoll incident list --status open", "plimsoll incident list --service payments --severity SEV1"],
    load: async () => (await import("../commands/incident.js")).list,
  },
  {
    path: ["incident", "show"],
    summary: "one incident with its timeline, or its postmortem draft",
    arguments: [incidentId],
    options: [{ name: "postmortem", summary: "print the postmortem draft (Markdown)" }, ...reading],
    examples: ["plimsoll incident show INC-001", "plimsoll incident show INC-001 --postmortem > postmortem.md"],
    load: async () => (await import("../commands/incident.js")).show,
  },
  {
    path: ["incident", "explain"],
    summary: "why an incident's alerts paged, or why an alert from elsewhere did not: every rule that they met",
    details:
      "An alert that opened no incident is named by its key, also long after it ended; `incident alerts` shows it.",
    arguments: [{ name: "id", required: true, summary: "the incident, or the key of an alert from elsewhere" }],
    options: reading,
    examples: ["plimsoll incident explain INC-001", "plimsoll incident explain alertmanager/4f0c2a9b7d1e8836"],
    load: async () => (await import("../commands/incident-explain.js")).explain,
  },
  {
    path: ["incident", "alerts"],
    summary: "alerts from elsewhere that fire or ended lately, and whether anybody was told of them",
    arguments: [],
    options: [
      { name: "status", value: "which", choices: ["firing", "over", "all"], summary: "firing, over or all (all)" },
      {
        name: "matcher",
        value: "matcher",
        repeatable: true,
        summary: "only those that it matches, such as team=shop; may be repeated",
      },
      { name: "limit", value: "number", summary: "how many at most (1000)" },
      ...reading,
    ],
    examples: ["plimsoll incident alerts --status over", "plimsoll incident alerts --matcher 'alertname=~\"Disk.*\"'"],
    load: async () => (await import("../commands/incident-explain.js")).alerts,
  },
  {
    path: ["incident", "evidence"],
    summary: "what an incident is remembered with, or one item of it with what was seen",
    arguments: [incidentId, { name: "item", required: false, summary: "its hash, the hash's beginning, or its id" }],
    options: reading,
    examples: ["plimsoll incident evidence INC-001", "plimsoll incident evidence INC-001 40116a8ce065 -o json"],
    load: async () => (await import("../commands/incident-evidence.js")).evidence,
  },
  {
    path: ["incident", "metrics"],
    summary: "counts, and times to detect, acknowledge, mitigate and resolve",
    arguments: [],
    options: [
      { name: "from", value: "instant", summary: "declared at or after; ISO 8601 (90 days ago)" },
      { name: "to", value: "instant", summary: "declared before; ISO 8601 (now)" },
      { name: "period", value: "length", choices: ["day", "week", "month", "quarter"], summary: "counted by (month)" },
      { name: "service", value: "name", repeatable: true, summary: "only of a service; may be repeated" },
      { ...severityOption, repeatable: true, summary: "only of a severity; may be repeated" },
      ...reading,
    ],
    examples: ["plimsoll incident metrics", "plimsoll incident metrics --period week --service payments -o json"],
    load: async () => (await import("../commands/incident.js")).metrics,
  },
];

type Written = Omit<CommandSpec, "path" | "load" | "options"> & {
  readonly path: readonly string[];
  /** The last word of its address. */
  readonly verb: string;
  readonly options?: readonly OptionSpec[];
};

/** A command that asks something of an incident; what it sends is made in `commands/incident-writes.ts`. */
function write({ options = [], path, verb, ...spec }: Written): CommandSpec {
  return {
    ...spec,
    path: ["incident", ...path],
    // What is declared has no version yet.
    options: [...options, ...commanding.filter(({ name }) => name !== "expect" || verb !== "declare")],
    load: async () => (await import("../commands/incident-writes.js")).askIncident(verb),
  };
}

const text = (summary: string) => ({ name: "text", required: true, summary });

const LIFECYCLE: readonly CommandSpec[] = [
  write({
    path: ["declare"],
    verb: "declare",
    summary: "open an incident in your own name",
    arguments: [{ name: "title", required: true, summary: "what is wrong, in one line" }],
    options: [
      { name: "service", value: "name", summary: "the service that it is about" },
      severityOption,
      { name: "started", value: "instant", summary: "when users began to be affected; ISO 8601" },
    ],
    examples: ['plimsoll incident declare "Nobody can pay" --service payments --severity SEV1'],
  }),
  write({
    path: ["acknowledge"],
    verb: "acknowledge",
    summary: "say that somebody has taken an incident on",
    arguments: [incidentId],
    examples: ["plimsoll incident acknowledge INC-001"],
  }),
  write({
    path: ["unacknowledge"],
    verb: "unacknowledge",
    summary: "give an incident back: people are called again",
    arguments: [incidentId],
    options: [reason],
    examples: ['plimsoll incident unacknowledge INC-001 --reason "Wrong team."'],
  }),
  write({
    path: ["mitigate"],
    verb: "start-mitigation",
    summary: "say what is being done against the impact",
    arguments: [incidentId, text("what is being done")],
    examples: ['plimsoll incident mitigate INC-001 "Rolling back to 1.4.2."'],
  }),
  write({
    path: ["mitigated"],
    verb: "confirm-mitigation",
    summary: "say that the impact on users has ended, and by what",
    arguments: [incidentId, text("what ended it")],
    examples: ['plimsoll incident mitigated INC-001 "1.4.2 answers again."'],
  }),
  write({
    path: ["severity"],
    verb: "change-severity",
    summary: "change an incident's severity, and say why",
    arguments: [incidentId, { name: "severity", required: true, choices: severities, summary: severities.join(", ") }],
    options: [reason],
    examples: ['plimsoll incident severity INC-001 SEV1 --reason "Nobody can pay any more."'],
  }),
  write({
    path: ["note"],
    verb: "note",
    summary: "add a note to an incident's timeline",
    arguments: [incidentId, text("what to note")],
    examples: ['plimsoll incident note INC-001 "The bank says it is on their side."'],
  }),
  write({
    path: ["resolve"],
    verb: "resolve",
    summary: "say that an incident is over, and why",
    arguments: [incidentId],
    options: [reason],
    examples: ['plimsoll incident resolve INC-001 --reason "Rolled back to 1.4.2."'],
  }),
  write({
    path: ["reopen"],
    verb: "reopen",
    summary: "say that an incident is not over after all",
    arguments: [incidentId],
    options: [reason],
    examples: ['plimsoll incident reopen INC-001 --reason "The errors are back."'],
  }),
  write({
    path: ["close"],
    verb: "close",
    summary: "close a resolved incident before it closes by itself",
    arguments: [incidentId],
    options: [reason],
    examples: ["plimsoll incident close INC-001"],
  }),
  write({
    path: ["update"],
    verb: "update-status",
    summary: "tell an audience how it stands",
    arguments: [incidentId, text("what to tell")],
    options: [
      {
        name: "audience",
        value: "who",
        choices: ["stakeholders", "public", "responders"],
        summary: "whom to tell (stakeholders)",
      },
    ],
    examples: ['plimsoll incident update INC-001 "We roll back; payments work again in ten minutes."'],
  }),
];

const CALLING: readonly CommandSpec[] = [
  write({
    path: ["escalate"],
    verb: "escalate",
    summary: "call the next people at once",
    arguments: [incidentId],
    options: [reason],
    examples: ['plimsoll incident escalate INC-001 --reason "I need a database administrator."'],
  }),
  write({
    path: ["confirm"],
    verb: "confirm",
    summary: "answer the reminder: whoever acknowledged is still on it",
    arguments: [incidentId],
    examples: ["plimsoll incident confirm INC-001"],
  }),
  write({
    path: ["pause"],
    verb: "pause",
    summary: "call nobody until an instant",
    details: KEY_NEEDS_UNTIL,
    arguments: [incidentId],
    options: [
      { name: "for", value: "duration", summary: "how long, from now, such as 30m" },
      { name: "until", value: "instant", summary: "ISO 8601, instead of --for" },
      reason,
    ],
    examples: ['plimsoll incident pause INC-001 --for 30m --reason "The team is in the call."'],
  }),
  write({
    path: ["resume"],
    verb: "resume",
    summary: "end a pause: people are called again",
    arguments: [incidentId],
    examples: ["plimsoll incident resume INC-001"],
  }),
];

/** Everything about incidents. */
export const INCIDENT_COMMANDS: readonly CommandSpec[] = [
  ...READS,
  ...LIFECYCLE,
  ...CALLING,
  ...INCIDENT_FOLLOW_UPS.map((spec) => ("verb" in spec ? write(spec) : spec)),
];
