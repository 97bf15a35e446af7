import type { Severity } from "@plimsoll/core";
import type { OptionSpec } from "./command.js";
import { expecting, key, writing } from "./shared-options.js";

/* Options that commands about incidents share. */

// Written out: help must come at once, and core is large.
export const severities = ["SEV1", "SEV2", "SEV3", "SEV4"] as const satisfies readonly Severity[];

export const incidentId = { name: "id", required: true, summary: "the incident" };
export const reason: OptionSpec = { name: "reason", value: "text", summary: "why; it is audited" };
export const severityOption: OptionSpec = {
  name: "severity",
  value: "severity",
  choices: severities,
  summary: "SEV1 (everybody is affected) to SEV4 (nobody is)",
};

/** What every command takes that asks something of an incident. */
export const commanding: readonly OptionSpec[] = [expecting("the incident", "incident show"), key, ...writing];
