import type { CommandSpec, OptionSpec } from "./command.js";
import { reading } from "./shared-options.js";

const scheduleId = { name: "schedule", required: true, summary: "the schedule" };
const from: OptionSpec = { name: "from", value: "instant", summary: "ISO 8601, such as 2026-11-01T00:00:00Z (now)" };
const to: OptionSpec = { name: "to", value: "instant", summary: "ISO 8601 (two weeks later)" };

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
];
