import type { CommandSpec, OptionSpec } from "./command.js";
import { help, output } from "./shared-options.js";

const runbooks: OptionSpec = {
  name: "runbooks",
  value: "folder",
  summary: "a file or a folder of runbooks (runbooks)",
};

/** The commands that need runbooks alone, and no service. */
export const RUNBOOK_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["runbook", "list"],
    summary: "every runbook with its level and symptoms",
    arguments: [],
    options: [runbooks, output, help],
    examples: ["plimsoll runbook list"],
    load: async () => (await import("../commands/runbook.js")).list,
  },
  {
    path: ["runbook", "show"],
    summary: "one runbook: owner, symptoms, parameters, steps",
    arguments: [{ name: "id", required: false, summary: "the runbook" }],
    options: [{ name: "schema", summary: "print the JSON Schema for editors instead" }, runbooks, output, help],
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
      output,
      help,
    ],
    examples: ["plimsoll runbook lint", "plimsoll runbook lint --links --platform lab"],
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
    summary: "show what a run would do, step by step, with --dry-run",
    arguments: [{ name: "id", required: true, summary: "the runbook" }],
    options: [
      { name: "dry-run", summary: "do nothing, and say what would be done" },
      { name: "parameter", value: "name=value", repeatable: true, summary: "a value for a parameter" },
      runbooks,
      output,
      help,
    ],
    examples: ["plimsoll runbook run bad-deploy --dry-run"],
    load: async () => (await import("../commands/runbook.js")).run,
  },
];
