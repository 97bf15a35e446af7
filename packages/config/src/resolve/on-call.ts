import type { OnCallSettings } from "@plimsoll/core";
import type { MergedDocument } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { readEscalation } from "./escalation.js";
import { readPeople, readTeams } from "./people.js";
import { present, type References } from "./read-entry.js";
import { readSchedules } from "./schedules.js";
import type { KnownNotifiers } from "./sources.js";

/** Reads who answers when, and who is called; `policies` has the name of every escalation policy, also of one with problems. */
export function readOnCall(
  { maps, singles }: Pick<MergedDocument, "maps" | "singles">,
  notifiers: KnownNotifiers,
  reading: { readonly log: IssueLog; readonly references: References },
): { readonly onCall: Omit<OnCallSettings, "policyOf">; readonly policies: ReadonlySet<string> } {
  const [people, teams, schedules] = [maps.people, maps.teams, maps.schedules].map(
    (section) => new Set(section.keys()),
  ) as [Set<string>, Set<string>, Set<string>];
  const escalation = readEscalation(singles.get("escalation"), { people, teams, schedules }, reading);
  const { defaultPolicy } = escalation;
  return {
    onCall: {
      people: readPeople(maps.people, notifiers, reading),
      teams: readTeams(maps.teams, people, reading),
      schedules: readSchedules(maps.schedules, people, reading),
      policies: escalation.policies,
      ...present({ defaultPolicy }),
    },
    policies: escalation.names,
  };
}
