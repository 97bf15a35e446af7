import { ACCESS_COMMANDS } from "./access-commands.js";
import type { CommandSpec, OptionSpec } from "./command.js";
import { DECISION_COMMANDS } from "./decision-commands.js";
import { INCIDENT_COMMANDS } from "./incident-commands.js";
import { REGRESS_COMMAND } from "./regress-command.js";
import { ON_CALL_COMMANDS } from "./on-call-commands.js";
import { RUNBOOK_COMMANDS } from "./runbook-commands.js";
import { SILENCE_COMMANDS } from "./silence-commands.js";
import { adapters, config, help, output, reading, risks, state } from "./shared-options.js";

const labState: OptionSpec = { name: "state", value: "folder", summary: "the lab's state folder (.lab)" };

const labServices = ["gateway", "catalog", "checkout", "payments"];
const labService = { name: "service", required: true, choices: labServices, summary: labServices.join(", ") };
const labBreakable = [...labServices, "bank", "bank-fallback"];
const labTarget = { name: "service", required: true, choices: labBreakable, summary: labBreakable.join(", ") };

/** What the groups of commands are about. */
export const GROUPS: Readonly<Record<string, string>> = {
  slo: "objectives: budgets, burn rates, history, reports",
  override: "exceptions to what the gate says, by a person, until an instant",
  correction: "intervals that are not to count as they were measured",
  incident: "incidents, what people do about them, and their postmortems",
  silence: "what is kept quiet for a while, by whom and why",
  oncall: "who answers when: schedules, overrides, swaps, hand-overs",
  runbook: "checklists that a person or the engine runs until the service is healthy",
  user: "who may sign in, and what they may do",
  token: "what programs show instead of signing in",
  audit: "who decided what, and whether the record of it is whole",
  lab: "a small real system to break on purpose",
};

/** Every command; help, completion and parsing are made from this table. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    path: ["demo"],
    summary: "start the lab and the service side by side, with a simulated past, and keep running",
    details:
      "Everything lies in .plimsoll/demo (made anew unless --keep) and .lab of the working directory. Nothing needs an account or a network.",
    arguments: [],
    options: [
      { name: "port", value: "port", summary: "the dashboard's port (4700)" },
      { name: "lab-port-base", value: "port", summary: "the first of the lab's 50 ports (18400)" },
      { name: "slice", value: "duration", summary: "how often everything is measured (5s)" },
      { name: "past", value: "duration", summary: "how long the simulated past is (30d)" },
      { name: "keep", summary: "go on with what an earlier demo stored" },
      state,
      { ...labState, name: "lab-state" },
      help,
    ],
    examples: ["plimsoll demo", "plimsoll lab break payments --errors 40%   # in a second terminal"],
    load: async () => (await import("../commands/demo.js")).demo,
  },
  {
    path: ["init"],
    summary: "write a commented plimsoll.yaml that validates",
    details:
      "Asks on a terminal for what the flags leave out. Writes plimsoll.schema.json beside it, for editors.\nNever writes over a file without --force: a schema that is there with other contents is left as it is.",
    arguments: [{ name: "path", required: false, summary: "the file to write (plimsoll.yaml)" }],
    options: [
      { name: "service", value: "name", summary: "the first service, such as payments" },
      { name: "target", value: "percent", summary: "the share that must be good (99.9%)" },
      { name: "window", value: "duration", summary: "the period (30d)" },
      {
        name: "source",
        value: "type",
        choices: ["prometheus", "scrape", "snapshot", "probe"],
        summary: "where measurements come from (probe)",
      },
      { name: "url", value: "url", summary: "the Prometheus server, the /metrics page, or what to probe" },
      { name: "path", value: "path", summary: "the file or folder of snapshots" },
      { name: "good", value: "query", summary: "counts good events (prometheus, scrape)" },
      { name: "bad", value: "query", summary: "counts bad events, instead of --good" },
      { name: "total", value: "query", summary: "counts all events" },
      { name: "preset", value: "name", choices: ["google", "homelab"], summary: "the burn-rate rules (google)" },
      { name: "force", summary: "write over files that are there" },
      help,
    ],
    examples: ["plimsoll init", "plimsoll init --service web --source probe --url https://example.org/healthz"],
    load: async () => (await import("../commands/init.js")).init,
  },
  {
    path: ["validate"],
    summary: "check a configuration and show every problem at its place",
    arguments: [{ name: "path", required: false, summary: "a file or a folder (plimsoll.yaml)" }],
    options: [
      { ...output, choices: ["text", "json"], summary: "text (the default) or json" },
      adapters,
      { name: "without-secrets", summary: "look no secret up, and check everything else: for CI" },
      { name: "schema", summary: "print the JSON Schema for editors instead" },
      help,
    ],
    examples: [
      "plimsoll validate",
      "plimsoll validate --without-secrets",
      "plimsoll validate --schema > plimsoll.schema.json",
    ],
    load: async () => (await import("../commands/validate.js")).validate,
  },
  {
    path: ["serve"],
    summary: "run the service: measure, evaluate, alert, and show it",
    arguments: [],
    options: [
      config,
      adapters,
      { name: "port", value: "port", summary: "instead of http.port; 0 takes a free one" },
      { name: "host", value: "address", summary: "instead of http.host" },
      {
        name: "log-level",
        value: "level",
        choices: ["debug", "info", "warn", "error", "silent"],
        summary: "how much to log to stderr (info)",
      },
      state,
      help,
    ],
    examples: [
      "plimsoll serve",
      "plimsoll serve --config config/ --port 4800",
      "plimsoll serve --adapters ./adapters.ts",
    ],
    load: async () => (await import("../commands/serve.js")).serve,
  },
  {
    path: ["slo", "list"],
    summary: "every objective with its budget and state",
    arguments: [],
    options: [{ name: "service", value: "name", summary: "only those of a service" }, ...reading],
    examples: ["plimsoll slo list", "plimsoll slo list --output json"],
    load: async () => (await import("../commands/slo.js")).list,
  },
  {
    path: ["slo", "status"],
    summary: "one objective in full: budget, rules, state; all of them without an id",
    arguments: [{ name: "id", required: false, summary: "the objective" }],
    options: reading,
    examples: ["plimsoll slo status payments-availability"],
    load: async () => (await import("../commands/slo.js")).status,
  },
  {
    path: ["slo", "explain"],
    summary: "why an objective is judged as it is, in words",
    arguments: [{ name: "id", required: true, summary: "the objective" }],
    options: reading,
    examples: ["plimsoll slo explain payments-availability"],
    load: async () => (await import("../commands/slo.js")).explain,
  },
  {
    path: ["slo", "history"],
    summary: "how an objective's budget was spent",
    arguments: [{ name: "id", required: true, summary: "the objective" }],
    options: [
      { name: "from", value: "instant", summary: "ISO 8601, such as 2026-11-01T00:00:00Z (the period's start)" },
      { name: "to", value: "instant", summary: "ISO 8601 (now)" },
      { name: "points", value: "number", summary: "how many steps at most, 2 to 2000 (30)" },
      ...reading,
    ],
    examples: ["plimsoll slo history payments-availability --points 10"],
    load: async () => (await import("../commands/slo.js")).history,
  },
  {
    path: ["slo", "report"],
    summary: "what happened in a period, against the period before",
    arguments: [],
    options: [{ name: "period", value: "duration", summary: "such as 7d, ending now (7d)" }, ...reading],
    examples: ["plimsoll slo report --period 30d --output markdown"],
    load: async () => (await import("../commands/slo.js")).report,
  },
  {
    path: ["gate"],
    summary: "may a change go now? exit code 0 allow, 1 deny, 3 unknown",
    arguments: [],
    options: [
      { name: "risk", value: "class", choices: risks, summary: "what kind of change (routine)" },
      { name: "service", value: "name", repeatable: true, summary: "what it touches; may be repeated (everything)" },
      { name: "reason", value: "text", summary: "why it cannot wait; needed for emergency, and audited" },
      ...reading,
    ],
    examples: ["plimsoll gate --risk risky --service payments"],
    load: async () => (await import("../commands/gate.js")).gate,
  },
  ...DECISION_COMMANDS,
  ...INCIDENT_COMMANDS,
  ...ON_CALL_COMMANDS,
  ...SILENCE_COMMANDS,
  ...RUNBOOK_COMMANDS,
  REGRESS_COMMAND,
  ...ACCESS_COMMANDS,
  {
    path: ["lab", "up"],
    summary: "start the lab in the background",
    arguments: [],
    options: [
      { name: "port-base", value: "port", summary: "the first of its 50 ports (18400)" },
      { name: "rate", value: "number", summary: "requests per second (20)" },
      labState,
      help,
    ],
    examples: ["plimsoll lab up"],
    load: async () => (await import("../commands/lab.js")).up,
  },
  {
    path: ["lab", "down"],
    summary: "end every process of the lab",
    arguments: [],
    options: [labState, help],
    examples: ["plimsoll lab down"],
    load: async () => (await import("../commands/lab.js")).down,
  },
  {
    path: ["lab", "status"],
    summary: "services, instances, traffic, and what is broken",
    arguments: [],
    options: [output, labState, help],
    examples: ["plimsoll lab status"],
    load: async () => (await import("../commands/lab.js")).status,
  },
  {
    path: ["lab", "break"],
    summary: "break a service, or a bank that payments calls, on purpose",
    arguments: [labTarget],
    options: [
      { name: "errors", value: "percent", summary: "this share of requests answers 500, such as 40%" },
      { name: "latency", value: "duration", summary: "requests wait so much longer, such as 800ms" },
      { name: "share", value: "percent", summary: "of the requests, which share --latency delays (100%)" },
      { name: "crash", summary: "kill an instance and keep it down" },
      { name: "instance", value: "number|all", summary: "which instance (crash: 1; otherwise all)" },
      labState,
      help,
    ],
    examples: [
      "plimsoll lab break payments --errors 40%",
      "plimsoll lab break catalog --latency 800ms --share 50%",
      "plimsoll lab break checkout --crash",
      "plimsoll lab break bank --errors 100%",
    ],
    load: async () => (await import("../commands/lab.js")).breakService,
  },
  {
    path: ["lab", "heal"],
    summary: "take faults away and start what crashed",
    arguments: [{ name: "service", required: false, choices: labBreakable, summary: "one service or bank (all)" }],
    options: [labState, help],
    examples: ["plimsoll lab heal"],
    load: async () => (await import("../commands/lab.js")).heal,
  },
  {
    path: ["lab", "deploy"],
    summary: "put a version on a service, one instance after the other",
    arguments: [labService, { name: "version", required: true, summary: "such as v2" }],
    options: [
      { name: "errors", value: "percent", summary: "a bad version: this share of its requests answers 500" },
      labState,
      help,
    ],
    examples: ["plimsoll lab deploy payments v2 --errors 50%"],
    load: async () => (await import("../commands/lab.js")).deploy,
  },
  {
    path: ["lab", "roll-back"],
    summary: "put the version before on a service",
    arguments: [labService],
    options: [{ name: "to", value: "version", summary: "an earlier one that it has had" }, labState, help],
    examples: ["plimsoll lab roll-back payments"],
    load: async () => (await import("../commands/lab.js")).rollBack,
  },
  {
    path: ["lab", "scale"],
    summary: "give a service so many instances",
    arguments: [labService, { name: "instances", required: true, summary: "1 to 9" }],
    options: [labState, help],
    examples: ["plimsoll lab scale payments 4"],
    load: async () => (await import("../commands/lab.js")).scale,
  },
  {
    path: ["lab", "route"],
    summary: "send a share of the charges of payments to the fallback bank",
    arguments: [{ name: "share", required: true, summary: "0% to 100%" }],
    options: [labState, help],
    examples: ["plimsoll lab route 0%"],
    load: async () => (await import("../commands/lab.js")).route,
  },
  {
    path: ["completion"],
    summary: "print a completion script for a shell",
    arguments: [{ name: "shell", required: true, choices: ["bash", "zsh", "fish"], summary: "bash, zsh or fish" }],
    options: [help],
    examples: ["plimsoll completion bash > /etc/bash_completion.d/plimsoll", "plimsoll completion fish | source"],
    load: async () => (await import("../commands/completion.js")).completionOf(COMMANDS),
  },
];
