import type { CommandSpec, OptionSpec } from "./command.js";
import { adapters, address, config, expecting, help, key, output, state } from "./shared-options.js";

const runbooks: OptionSpec = {
  name: "runbooks",
  value: "folder",
  summary: "a file or a folder of runbooks (runbooks)",
};

const reason: OptionSpec = { name: "reason", value: "text", summary: "why; it is audited" };
const follow: OptionSpec = { name: "follow", summary: "say every change until the run is over" };
const runId = { name: "run", required: true, summary: "the run" };
const expected = expecting("the run", "runbook status --output json");
const service = [output, address, state, help];
const SERVED = "Without a folder `runbooks` here, or with --address, these are the service's.";

/** Runbooks, which need no service, and their runs, which are a running service's. */
export const RUNBOOK_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["runbook", "list"],
    summary: "every runbook with its level and symptoms",
    details: SERVED,
    arguments: [],
    options: [runbooks, ...service],
    examples: ["plimsoll runbook list"],
    load: async () => (await import("../commands/runbook.js")).list,
  },
  {
    path: ["runbook", "show"],
    summary: "one runbook: owner, symptoms, parameters, steps",
    details: SERVED,
    arguments: [{ name: "id", required: false, summary: "the runbook" }],
    options: [{ name: "schema", summary: "print the JSON Schema for editors instead" }, runbooks, ...service],
    examples: ["plimsoll runbook show bad-deploy", "plimsoll runbook show --schema > runbook.schema.json"],
    load: async () => (await import("../commands/runbook.js")).show,
  },
  {
    path: ["runbook", "lint"],
    summary: "find what would let a runbook down when it is needed",
    arguments: [{ name: "id", required: false, summary: "one runbook (all)" }],
    options: [
      { name: "links", summary: "try every link" },
      { name: "platform", value: "name", repeatable: true, summary: "a remediator and fleet that there is" },
      runbooks,
      { ...config, summary: "hold them against a configuration too: its SLOs, platforms and host" },
      adapters,
      output,
      help,
    ],
    examples: [
      "plimsoll runbook lint",
      "plimsoll runbook lint --links --platform lab",
      "plimsoll runbook lint -c plimsoll.yaml",
    ],
    load: async () => (await import("../commands/runbook.js")).lint,
  },
  {
    path: ["runbook", "rehearse"],
    summary: "run runbooks against mocked results, and hold them to their paths",
    arguments: [{ name: "id", required: false, summary: "one runbook (all)" }],
    options: [runbooks, output, help],
    examples: ["plimsoll runbook rehearse", "plimsoll runbook rehearse bad-deploy"],
    load: async () => (await import("../commands/runbook.js")).rehearse,
  },
  {
    path: ["runbook", "run"],
    summary: "run a runbook in the running service, or say with --dry-run what a run would do",
    details:
      "A dry run needs the runbooks alone; with --address it asks that service, and its remediators. The run is in the name of the token's owner, and somebody else approves its steps.",
    arguments: [{ name: "id", required: true, summary: "the runbook" }],
    options: [
      { name: "dry-run", summary: "do nothing, and say what would be done" },
      { name: "param", value: "name=value", repeatable: true, summary: "a value for a parameter; may be repeated" },
      { name: "incident", value: "id", summary: "the incident that it is run for" },
      { ...reason, summary: "why it is run; needed without --dry-run, and audited" },
      follow,
      runbooks,
      ...service,
    ],
    examples: [
      "plimsoll runbook run bad-deploy --dry-run",
      'plimsoll runbook run bad-deploy --incident INC-001 --reason "Errors since the deploy." --follow',
    ],
    load: async () => (await import("../commands/runbook.js")).run,
  },
  {
    path: ["runbook", "runs"],
    summary: "runs of runbooks, newest first",
    arguments: [],
    options: [
      { name: "status", value: "which", choices: ["open", "all"], summary: "open or all (all)" },
      { name: "runbook", value: "id", summary: "only those of a runbook" },
      { name: "incident", value: "id", summary: "only those for an incident" },
      { name: "limit", value: "number", summary: "how many at most (100)" },
      ...service,
    ],
    examples: ["plimsoll runbook runs --status open"],
    load: async () => (await import("../commands/runbook-run.js")).runs,
  },
  {
    path: ["runbook", "status"],
    summary: "one run: its steps, what it waits for, and the plan to approve",
    arguments: [runId],
    options: [follow, ...service],
    examples: ["plimsoll runbook status 01JD2Z3V5W8X9Y0A1B2C3D4E5F --follow"],
    load: async () => (await import("../commands/runbook-run.js")).status,
  },
  {
    path: ["runbook", "approve"],
    summary: "agree that what a run waits for may be done, by the plan that was read",
    details: "Shows the plan and asks, unless --plan names the one that was read. Nobody approves what they asked for.",
    arguments: [runId],
    options: [
      { name: "plan", value: "hash", summary: "the plan that was read; runbook status shows it" },
      { name: "step", value: "id", summary: "the approval (all that the run waits for)" },
      expected,
      ...service,
    ],
    examples: ["plimsoll runbook approve 01JD2Z3V5W8X9Y0A1B2C3D4E5F"],
    load: async () => (await import("../commands/runbook-run.js")).approve,
  },
  {
    path: ["runbook", "pause"],
    summary: "pause a run at its next boundary",
    arguments: [runId],
    options: [reason, expected, ...service],
    examples: ['plimsoll runbook pause 01JD2Z3V5W8X9Y0A1B2C3D4E5F --reason "The bank is at it."'],
    load: async () => (await import("../commands/runbook-run.js")).pause,
  },
  {
    path: ["runbook", "resume"],
    summary: "let a paused run go on",
    arguments: [runId],
    options: [reason, expected, ...service],
    examples: ['plimsoll runbook resume 01JD2Z3V5W8X9Y0A1B2C3D4E5F --reason "The bank has finished."'],
    load: async () => (await import("../commands/runbook-run.js")).resume,
  },
  {
    path: ["runbook", "cancel"],
    summary: "end a run at its next boundary",
    arguments: [runId],
    options: [{ name: "undo", summary: "take back what it did, in reverse order" }, reason, expected, ...service],
    examples: ['plimsoll runbook cancel 01JD2Z3V5W8X9Y0A1B2C3D4E5F --undo --reason "It was not the deploy."'],
    load: async () => (await import("../commands/runbook-run.js")).cancel,
  },
  {
    path: ["runbook", "report"],
    summary: "say how a manual step went, or what no check could tell",
    arguments: [runId],
    options: [
      { name: "note", value: "text", summary: "what was done and seen" },
      { name: "failed", summary: "it did not work" },
      { name: "step", value: "id", summary: "the step (the one that the run asks for)" },
      expected,
      ...service,
    ],
    examples: ['plimsoll runbook report 01JD2Z3V5W8X9Y0A1B2C3D4E5F --note "The queue is empty."'],
    load: async () => (await import("../commands/runbook-run.js")).report,
  },
  {
    path: ["runbook", "automation"],
    summary: "what the running service may start by itself, and the switch that stops all of it",
    details: "Whoever may run a runbook may stop it; who lets it act again needs the role approver.",
    arguments: [],
    options: [
      { name: "stop", summary: "stop whatever the engine does of its own accord, at once" },
      { name: "allow", summary: "let it act again, as far as it is configured to" },
      { ...reason, summary: "why; needed with --stop and --allow, and audited" },
      key,
      expecting("the switch", "runbook automation --output json"),
      ...service,
    ],
    examples: [
      "plimsoll runbook automation",
      'plimsoll runbook automation --stop --reason "It scales out without end."',
    ],
    load: async () => (await import("../commands/runbook-automation.js")).automation,
  },
];
