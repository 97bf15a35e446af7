import type { CommandSpec, OptionSpec } from "./command.js";
import { expecting, KEY_NEEDS_UNTIL, key, reading, writing } from "./shared-options.js";

const silenceId = { name: "id", required: true, summary: "the silence" };
const matchers = {
  name: "matchers",
  required: true,
  summary: "in Alertmanager's syntax, such as 'service=\"payments\"'",
};
const reason: OptionSpec = { name: "reason", value: "text", summary: "why; it is audited" };
const ending: readonly OptionSpec[] = [
  { name: "for", value: "duration", summary: "how long, such as 2h" },
  { name: "until", value: "instant", summary: "ISO 8601, instead of --for" },
];
const expected = expecting("the silence", "silence show --output json");
const nameless = writing.filter(({ name }) => name !== "by");

/** What people keep quiet for a while. */
export const SILENCE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["silence", "list"],
    summary: "silences with what each keeps quiet now",
    arguments: [],
    options: [
      {
        name: "status",
        value: "status",
        choices: ["active", "pending", "expired", "all"],
        summary: "active, pending, expired or all (active)",
      },
      { name: "limit", value: "number", summary: "how many at most (200)" },
      ...reading,
    ],
    examples: ["plimsoll silence list", "plimsoll silence list --status all --output json"],
    load: async () => (await import("../commands/silence.js")).list,
  },
  {
    path: ["silence", "show"],
    summary: "one silence",
    arguments: [silenceId],
    options: reading,
    examples: ["plimsoll silence show 01KAMQ3V5T8W2Z9X4C6B7N1M0P"],
    load: async () => (await import("../commands/silence.js")).show,
  },
  {
    path: ["silence", "create"],
    summary: "keep alerts that match quiet for a time; they are stored and shown all the same",
    details: "With --key give --until, or --from: what --for counts from now would end at another instant each time.",
    arguments: [matchers],
    options: [
      { name: "from", value: "instant", summary: "ISO 8601 (now)" },
      ...ending,
      {
        name: "recurring",
        value: "times",
        repeatable: true,
        summary: "only then, such as 'mon-fri 22:00-06:00 Europe/Berlin' (UTC); may be repeated",
      },
      reason,
      key,
      ...writing,
    ],
    examples: [
      `plimsoll silence create 'job="backup"' --for 4w --recurring 'sat,sun 02:00-04:00 Europe/Berlin' --reason "It restarts then."`,
      `plimsoll silence create 'service="payments", severity="SEV3"' --for 2h --reason "The bank's maintenance."`,
    ],
    load: async () => (await import("../commands/silence.js")).create,
  },
  {
    path: ["silence", "extend"],
    summary: "let a silence end later",
    details: KEY_NEEDS_UNTIL,
    arguments: [silenceId],
    options: [...ending, reason, key, expected, ...writing],
    examples: ['plimsoll silence extend 01KAMQ3V5T8W2Z9X4C6B7N1M0P --for 1h --reason "It takes longer."'],
    load: async () => (await import("../commands/silence.js")).extend,
  },
  {
    path: ["silence", "expire"],
    summary: "end a silence now",
    arguments: [silenceId],
    options: [expected, ...nameless],
    examples: ["plimsoll silence expire 01KAMQ3V5T8W2Z9X4C6B7N1M0P"],
    load: async () => (await import("../commands/silence.js")).expire,
  },
  {
    path: ["silence", "preview"],
    summary: "which alerts and groups a silence would keep quiet; exit code 1 when it would take everything",
    arguments: [matchers],
    options: nameless,
    examples: [`plimsoll silence preview 'job=~"web|api"'`],
    load: async () => (await import("../commands/silence.js")).preview,
  },
];
