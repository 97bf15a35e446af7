import type { CommandSpec } from "./command.js";
import { expecting, reading, risks, writing } from "./shared-options.js";

const reason = { name: "reason", value: "text", summary: "why; it is audited" };

/** Overrides of the gate and corrections of what counts. */
export const DECISION_COMMANDS: readonly CommandSpec[] = [
  {
    path: ["override", "list"],
    summary: "the overrides of the gate that are in force",
    arguments: [],
    options: reading,
    examples: ["plimsoll override list"],
    load: async () => (await import("../commands/override.js")).list,
  },
  {
    path: ["override", "add"],
    summary: "let changes go that the gate would stop, until an instant",
    arguments: [],
    options: [
      { name: "risk", value: "class", choices: risks, repeatable: true, summary: "what may go; may be repeated" },
      { name: "service", value: "name", repeatable: true, summary: "for which service; may be repeated" },
      { name: "all", summary: "for every service, instead of --service" },
      { name: "for", value: "duration", summary: "how long, from now, such as 2h" },
      { name: "until", value: "instant", summary: "ISO 8601, instead of --for" },
      reason,
      ...writing,
    ],
    examples: [
      'plimsoll override add --risk risky --service payments --for 2h --reason "The fix needs the new schema."',
    ],
    load: async () => (await import("../commands/override.js")).add,
  },
  {
    path: ["override", "withdraw"],
    summary: "end an override before its time",
    arguments: [{ name: "id", required: true, summary: "the override" }],
    options: [expecting("the override", "override list --output json"), ...writing.filter(({ name }) => name !== "by")],
    examples: ["plimsoll override withdraw 01KAMQ3V5T8W2Z9X4C6B7N1M0P"],
    load: async () => (await import("../commands/override.js")).withdraw,
  },
  {
    path: ["correction", "list"],
    summary: "the corrections that count, of the configuration and of people",
    arguments: [],
    options: reading,
    examples: ["plimsoll correction list"],
    load: async () => (await import("../commands/correction.js")).list,
  },
  {
    path: ["correction", "add"],
    summary: "leave an interval out of the budgets, or count it as good",
    arguments: [],
    options: [
      { name: "slo", value: "id", repeatable: true, summary: "which objective; may be repeated" },
      { name: "all", summary: "every objective, instead of --slo" },
      {
        name: "effect",
        value: "what",
        choices: ["drop", "count-good"],
        summary: "drop: as if the time had not been; count-good: its bad events were good",
      },
      { name: "from", value: "instant", summary: "ISO 8601, such as 2026-11-01T22:00:00Z" },
      { name: "to", value: "instant", summary: "ISO 8601 (now)" },
      reason,
      ...writing,
    ],
    examples: [
      'plimsoll correction add --slo payments-availability --effect drop --from 2026-11-01T22:00:00Z --to 2026-11-02T02:00:00Z --reason "New rack."',
    ],
    load: async () => (await import("../commands/correction.js")).add,
  },
  {
    path: ["correction", "withdraw"],
    summary: "take a correction back; what it left out counts again",
    arguments: [{ name: "id", required: true, summary: "the correction" }],
    options: [
      expecting("the correction", "correction list --output json"),
      ...writing.filter(({ name }) => name !== "by"),
    ],
    examples: ["plimsoll correction withdraw 01KAMQ3V5T8W2Z9X4C6B7N1M0P"],
    load: async () => (await import("../commands/correction.js")).withdraw,
  },
];
