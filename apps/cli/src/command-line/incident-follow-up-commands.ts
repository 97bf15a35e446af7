import type { CommandSpec, OptionSpec } from "./command.js";
import { incidentId, reason, severityOption } from "./incident-options.js";
import { reading } from "./shared-options.js";

/** A command that asks something of an incident, by the last word of its address. */
export type IncidentWrite = Omit<CommandSpec, "load"> & { readonly verb: string };

const roles = ["commander", "communications", "scribe", "responder"];
const kinds = ["alert", "change", "incident"];
const priorities = ["P0", "P1", "P2", "P3"];
const sections = [
  "summary",
  "timeline",
  "what-happened",
  "why",
  "impact",
  "action-items",
  "went-well",
  "could-improve",
  "prevention",
  "evidence",
];

const role = { name: "role", required: true, choices: roles, summary: roles.join(", ") };
const kind = { name: "kind", required: true, choices: kinds, summary: kinds.join(", ") };
const action = { name: "action", required: true, summary: "the action item, such as A1" };
const section = { name: "section", required: true, choices: sections, summary: sections.join(", ") };
const named = (name: string, summary: string) => ({ name, required: true, summary });

const due: OptionSpec = { name: "due", value: "instant", summary: "ISO 8601, such as 2026-12-01T12:00:00Z" };
const owner: OptionSpec = { name: "owner", value: "name", summary: "a person or a team" };
const priority: OptionSpec = {
  name: "priority",
  value: "rank",
  choices: priorities,
  summary: "P0 to P3; an overdue P0 blocks readiness",
};

const ROLES: readonly IncidentWrite[] = [
  {
    path: ["role", "assign"],
    verb: "assign-role",
    summary: "give somebody a role",
    arguments: [incidentId, role, named("person", "who takes it")],
    options: [],
    examples: ["plimsoll incident role assign INC-001 commander ana"],
  },
  {
    path: ["role", "hand-over"],
    verb: "hand-over",
    summary: "hand a role over, with what goes with it",
    arguments: [incidentId, role, named("to", "who takes it over")],
    options: [
      { name: "handed-over", value: "text", summary: "what is under way, what is promised, what to watch" },
      { name: "from", value: "name", summary: "needed where several people have the role" },
    ],
    examples: ['plimsoll incident role hand-over INC-001 commander ben --handed-over "The rollback is at 60 %."'],
  },
  {
    path: ["role", "release"],
    verb: "release-role",
    summary: "end somebody's role",
    arguments: [incidentId, role, named("person", "who has it")],
    options: [reason],
    examples: ['plimsoll incident role release INC-001 scribe eve --reason "Her shift is over."'],
  },
];

const RELATIONS: readonly IncidentWrite[] = [
  {
    path: ["link"],
    verb: "link",
    summary: "tie an incident to an alert, a change or another incident",
    arguments: [incidentId, kind, named("other", "its id")],
    options: [{ name: "relation", value: "text", summary: "what the tie is, such as: began right after it" }],
    examples: ['plimsoll incident link INC-001 change deploy-7 --relation "Began right after it."'],
  },
  {
    path: ["unlink"],
    verb: "unlink",
    summary: "take a tie away",
    arguments: [incidentId, kind, named("other", "its id")],
    options: [],
    examples: ["plimsoll incident unlink INC-001 change deploy-7"],
  },
  {
    path: ["merge"],
    verb: "merge",
    summary: "merge an incident into another, which takes its alerts",
    arguments: [incidentId, named("into", "the incident that goes on")],
    options: [reason],
    examples: ['plimsoll incident merge INC-002 INC-001 --reason "The same outage."'],
  },
  {
    path: ["split"],
    verb: "split",
    summary: "make a part of an incident one of its own",
    arguments: [incidentId, named("title", "what the part is, in one line")],
    options: [
      severityOption,
      { name: "service", value: "name", summary: "its service (the same)" },
      { name: "alert", value: "key", repeatable: true, summary: "an alert that goes with it; may be repeated" },
      reason,
    ],
    examples: [
      'plimsoll incident split INC-001 "The catalog is slow" --severity SEV3 --reason "It has another cause."',
    ],
  },
];

const ACTIONS: readonly IncidentWrite[] = [
  {
    path: ["action", "add"],
    verb: "add-action",
    summary: "add an action item",
    arguments: [incidentId, named("title", "what is to be done")],
    options: [owner, priority, due],
    examples: [
      'plimsoll incident action add INC-001 "Test the rollback" --owner ana --priority P1 --due 2026-12-01T12:00:00Z',
    ],
  },
  {
    path: ["action", "change"],
    verb: "change-action",
    summary: "change an action item",
    arguments: [incidentId, action],
    options: [{ name: "title", value: "text", summary: "what is to be done" }, owner, priority, due, reason],
    examples: ['plimsoll incident action change INC-001 A1 --owner ben --reason "Ana is away."'],
  },
  {
    path: ["action", "complete"],
    verb: "complete-action",
    summary: "say that an action item is done",
    arguments: [incidentId, action],
    options: [{ name: "outcome", value: "text", summary: "what came of it" }],
    examples: ['plimsoll incident action complete INC-001 A1 --outcome "It runs in CI."'],
  },
  {
    path: ["action", "drop"],
    verb: "drop-action",
    summary: "drop an action item",
    arguments: [incidentId, action],
    options: [reason],
    examples: ['plimsoll incident action drop INC-001 A1 --reason "The service goes away."'],
  },
];

const POSTMORTEMS: readonly IncidentWrite[] = [
  {
    path: ["postmortem", "edit"],
    verb: "edit-postmortem",
    summary: "write a section of the postmortem; the generated one is kept",
    arguments: [incidentId, section],
    options: [
      { name: "text", value: "markdown", summary: "what to write" },
      { name: "file", value: "path", summary: "a file with what to write, instead of --text" },
    ],
    examples: ["plimsoll incident postmortem edit INC-001 why --file why.md"],
  },
  {
    path: ["postmortem", "restore"],
    verb: "restore-postmortem",
    summary: "take an edit back: the generated section stands again",
    arguments: [incidentId, section],
    options: [],
    examples: ["plimsoll incident postmortem restore INC-001 why"],
  },
  {
    path: ["postmortem", "review"],
    verb: "review-postmortem",
    summary: "ask for a review, approve (as an approver), or make it a draft again",
    arguments: [
      incidentId,
      {
        name: "status",
        required: true,
        choices: ["in-review", "approved", "draft"],
        summary: "in-review, approved, draft",
      },
    ],
    options: [{ name: "comment", value: "text", summary: "what to say with it" }],
    examples: ["plimsoll incident postmortem review INC-001 approved"],
  },
];

const READS: readonly CommandSpec[] = [
  {
    path: ["incident", "action", "list"],
    summary: "action items over all incidents, the one that is due first in front",
    arguments: [],
    options: [
      { name: "status", value: "which", choices: ["open", "overdue", "all"], summary: "open, overdue or all (open)" },
      { name: "service", value: "name", summary: "only those of a service" },
      owner,
      ...reading,
    ],
    examples: ["plimsoll incident action list --status overdue"],
    load: async () => (await import("../commands/incident.js")).actions,
  },
  {
    path: ["incident", "postmortem", "show"],
    summary: "the postmortem (Markdown), or its sections as JSON",
    arguments: [incidentId],
    options: reading,
    examples: ["plimsoll incident postmortem show INC-001 > postmortem.md"],
    load: async () => (await import("../commands/incident.js")).postmortem,
  },
  {
    path: ["incident", "export-case"],
    summary: "a resolved incident as a regression case, for `plimsoll regress`",
    arguments: [incidentId],
    options: [
      { name: "to", value: "path", summary: "a file to write, which must not be there yet (standard output)" },
      ...reading.filter(({ name }) => name !== "output"),
    ],
    examples: ["plimsoll incident export-case INC-001 --to regression-INC-001.json"],
    load: async () => (await import("../commands/incident.js")).exportCase,
  },
];

/** What belongs to an incident beside its course. */
export const INCIDENT_FOLLOW_UPS: readonly (CommandSpec | IncidentWrite)[] = [
  ...ROLES,
  ...RELATIONS,
  ...ACTIONS,
  ...POSTMORTEMS,
  ...READS,
];
