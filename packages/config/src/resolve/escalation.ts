import {
  validateEscalationPolicy,
  type EscalationPolicy,
  type EscalationStep,
  type EscalationTarget,
  type StepCondition,
} from "@plimsoll/core";
import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog, Place } from "../issue-log.js";
import { escalationSchema, type escalationPolicySchema } from "../schema/escalation-schema.js";
import { PERSON } from "./people.js";
import { below, checkName, present, readEntry, reportProblem, type References } from "./read-entry.js";

type Reading = { readonly log: IssueLog; readonly references: References };
type PolicyInput = z.output<typeof escalationPolicySchema>;
type StepInput = PolicyInput["steps"][number];
type TargetInput = StepInput["targets"][number];

/** The names that a target may have. */
export type TargetNames = {
  readonly people: ReadonlySet<string>;
  readonly teams: ReadonlySet<string>;
  readonly schedules: ReadonlySet<string>;
};

/** Who is called about which incident; `names` has every policy that is named, also one with problems. */
export type EscalationReading = {
  readonly policies: readonly EscalationPolicy[];
  readonly names: ReadonlySet<string>;
  readonly defaultPolicy?: string;
};

/** What a policy is called, and where policies are defined. */
export const POLICY = { what: "escalation policy", section: "escalation.policies" } as const;

/** Reads all escalation policies. */
export function readEscalation(entry: Entry | undefined, known: TargetNames, reading: Reading): EscalationReading {
  const none = { policies: [], names: namesIn(entry) };
  const input = entry === undefined ? undefined : readEntry(escalationSchema, entry, reading.log);
  if (entry === undefined || input === undefined) return none;
  const { default: defaultPolicy } = input;
  const names = new Set(Object.keys(input.policies));
  if (defaultPolicy !== undefined)
    reading.references.check(defaultPolicy, names, below(entry.place, "default"), POLICY);
  const policies = Object.entries(input.policies).map(([id, written]) => {
    const place = below(entry.place, "policies", id);
    checkName({ name: id, value: written, place }, reading.log);
    checkTargets(written, place, known, reading.references);
    const policy = policyOf(id, written);
    for (const problem of validateEscalationPolicy(policy)) reportProblem(inWrittenKeys(problem), place, reading.log);
    return policy;
  });
  return { policies, names, ...present({ defaultPolicy }) };
}

/** A section that is refused still has its names: that a service uses one of them is no mistake of the service. */
function namesIn(entry: Entry | undefined): ReadonlySet<string> {
  const { policies } = (entry?.value ?? {}) as { readonly policies?: unknown };
  return new Set(typeof policies === "object" && policies !== null ? Object.keys(policies) : []);
}

function checkTargets(input: PolicyInput, place: Place, known: TargetNames, references: References): void {
  const check = (targets: readonly TargetInput[], ...path: readonly (string | number)[]): void =>
    targets.forEach(({ person, schedule, team }, index) => {
      const at = (key: string): Place => below(place, ...path, index, key);
      if (person !== undefined) references.check(person, known.people, at("person"), PERSON);
      if (schedule !== undefined)
        references.check(schedule, known.schedules, at("schedule"), { what: "schedule", section: "schedules" });
      if (team !== undefined) references.check(team, known.teams, at("team"), { what: "team", section: "teams" });
    });
  input.steps.forEach(({ targets }, index) => check(targets, "steps", index, "targets"));
  check(input.fallback, "fallback");
  input.stakeholders.forEach(({ targets }, index) => check(targets, "stakeholders", index, "targets"));
}

function policyOf(id: string, input: PolicyInput): EscalationPolicy {
  const { acknowledgement, fallback, repeat, stakeholders, steps } = input;
  return {
    id,
    steps: steps.map(stepOf),
    repeat,
    fallback: fallback.map(targetOf),
    stakeholders: stakeholders
      .map(({ after, severities, targets }) => ({
        targets: targets.map(targetOf),
        afterMs: after,
        ...present({ severities }),
      }))
      .toSorted((left, right) => left.afterMs - right.afterMs),
    ...present({
      acknowledgement:
        acknowledgement === undefined
          ? undefined
          : { remindAfterMs: acknowledgement.remindAfter, answerWithinMs: acknowledgement.answerWithin },
    }),
  };
}

function stepOf({ delay, targets, when }: StepInput): EscalationStep {
  const conditions: StepCondition[] = [
    ...(when.severities === undefined ? [] : [{ kind: "severity" as const, anyOf: when.severities }]),
    ...(when.time === undefined ? [] : [{ kind: "time" as const, within: present(when.time) }]),
    ...(when.passes === undefined ? [] : [{ kind: "pass" as const, ...present(when.passes) }]),
  ];
  return {
    targets: targets.map(targetOf),
    delayMs: delay,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function targetOf({ members = "all", person, schedule, team = "" }: TargetInput): EscalationTarget {
  if (person !== undefined) return { kind: "person", personId: person };
  if (schedule !== undefined) return { kind: "schedule", scheduleId: schedule };
  return { kind: "team", teamId: team, members };
}

/** Conditions are a list in the engine, and a map here; only that of the passes can still be wrong. */
function inWrittenKeys({ message, path }: { readonly path: string; readonly message: string }) {
  return { message, path: path.replace(/\.conditions\[\d+\]$/, ".when.passes") };
}
