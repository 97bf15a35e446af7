import { SEVERITIES, urgencyOf, type NotificationRule, type OnCallMember, type Team } from "@plimsoll/core";
import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import { nameList, nearestName } from "../document/nearest-name.js";
import { showValue, type IssueLog, type Place } from "../issue-log.js";
import { explainIssues } from "../schema/explain-issues.js";
import { personSchema, teamSchema } from "../schema/on-call-schema.js";
import { below, checkName, present, readEntry, type References } from "./read-entry.js";
import { safely } from "./settings.js";
import type { KnownNotifiers } from "./sources.js";

type Reading = { readonly log: IssueLog; readonly references: References };
type PersonInput = z.output<typeof personSchema>;

/** What a name is called, and where such names are defined. */
export const PERSON = { what: "person", section: "people" } as const;
const NOTIFIER = { what: "notifier", section: "notifiers" } as const;

/** Reads all people. One without contacts is a finding of `oncall lint`, and no error: they may be on call all the same. */
export function readPeople(
  entries: ReadonlyMap<string, Entry>,
  notifiers: KnownNotifiers,
  reading: Reading,
): readonly OnCallMember[] {
  return [...entries.values()].flatMap((entry): OnCallMember[] => {
    checkName(entry, reading.log);
    const input = readEntry(personSchema, entry, reading.log);
    if (input === undefined) return [];
    input.contacts.forEach((contact, index) =>
      checkContact(contact, notifiers, below(entry.place, "contacts", index), reading),
    );
    checkRules(input, entry, reading.log);
    checkSeverities(input, entry, reading.log);
    const { contacts, name = entry.name, night, rules, zone } = input;
    return [
      {
        id: entry.name,
        name,
        zone,
        ...present({ night, rules: rules?.map((rule) => ruleOf(rule, zone)) }),
        contacts: contacts.map(({ address, notifier }) => ({ notifier, ...present({ address }) })),
      },
    ];
  });
}

/** Reads all teams. */
export function readTeams(
  entries: ReadonlyMap<string, Entry>,
  people: ReadonlySet<string>,
  { log, references }: Reading,
): readonly Team[] {
  return [...entries.values()].flatMap((entry): Team[] => {
    checkName(entry, log);
    const input = readEntry(teamSchema, entry, log);
    if (input === undefined) return [];
    const { members, name = entry.name } = input;
    members.forEach((member, index) => references.check(member, people, below(entry.place, "members", index), PERSON));
    return [{ id: entry.name, name, members }];
  });
}

/** At an address that its notifier never sends to, every page would be given up. */
function checkContact(
  { address, notifier }: PersonInput["contacts"][number],
  { addresses, names }: KnownNotifiers,
  place: Place,
  { log, references }: Reading,
): void {
  references.check(notifier, names, below(place, "notifier"), NOTIFIER);
  const schema = addresses.get(notifier);
  if (address === undefined || schema === undefined) return;
  const parsed = safely(() => schema.safeParse(address));
  if (parsed?.success === true) return;
  const finding = { code: "invalid-value", found: showValue(address) } as const;
  if (parsed === undefined) {
    const message = `The type of \`${notifier}\` failed on this address.`;
    log.report(below(place, "address"), { ...finding, message, fix: "Report it to the author of the type." });
    return;
  }
  const [problem] = explainIssues(schema, address, parsed.error.issues);
  const message = `No message by \`${notifier}\` would arrive at this address.`;
  log.report(below(place, "address"), { ...finding, ...problem?.finding, message });
}

/** A rule for a notifier at which the person has no contact would never tell anybody anything. */
function checkRules({ contacts, rules = [] }: PersonInput, entry: Entry, log: IssueLog): void {
  const reached = [...new Set(contacts.map(({ notifier }) => notifier))];
  rules.forEach(({ notifier }, index) => {
    if (reached.includes(notifier)) return;
    const near = nearestName(notifier, reached);
    log.report(below(entry.place, "rules", index, "notifier"), {
      code: "unknown-reference",
      message: `\`${entry.name}\` has no contact at \`${notifier}\`.`,
      found: `"${notifier}"`,
      expected: reached.length === 0 ? "a notifier of `contacts`, where none is named" : nameList(reached),
      fix: near === undefined ? "Add the contact, or remove the rule." : `Did you mean \`${near}\`?`,
    });
  });
}

/** A rule for pages that names a severity of tickets would never tell anybody of it. Stakeholders hear of every severity. */
function checkSeverities({ rules = [] }: PersonInput, entry: Entry, log: IssueLog): void {
  rules.forEach(({ severities = [], urgency }, index) => {
    severities.forEach((severity, position) => {
      if (urgency === "info" || urgencyOf(severity) === urgency) return;
      log.report(below(entry.place, "rules", index, "severities", position), {
        code: "invalid-value",
        message: `No ${severity} is a ${urgency}, so that this rule would never tell of one.`,
        found: severity,
        expected: SEVERITIES.filter((one) => urgencyOf(one) === urgency).join(" or "),
        fix: `Remove it, or make a rule with \`urgency: ${urgencyOf(severity)}\` for it.`,
      });
    });
  });
}

function ruleOf(
  { after, notifier, severities, urgency, within }: NonNullable<PersonInput["rules"]>[number],
  personZone: string,
): NotificationRule {
  const rule = { urgency, ...present({ severities }), notifier, afterMs: after };
  if (within === undefined) return rule;
  return { ...rule, within: { ...present(within), zone: within.zone ?? personZone } };
}
