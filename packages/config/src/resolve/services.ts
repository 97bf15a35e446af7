import type { Service } from "@plimsoll/core";
import type { Entry } from "../document/merge-files.js";
import type { IssueLog } from "../issue-log.js";
import { serviceSchema } from "../schema/document-schema.js";
import { POLICY } from "./escalation.js";
import { below, checkName, present, readEntry, type References } from "./read-entry.js";

/** All services; `names` has every one that is named, also one with problems. */
export type ServicesReading = {
  readonly names: ReadonlySet<string>;
  readonly read: readonly Service[];
  readonly policyOf: ReadonlyMap<string, string>;
};

/** Reads all services, and which escalation policy their incidents have. */
export function readServices(
  entries: ReadonlyMap<string, Entry>,
  policies: ReadonlySet<string>,
  reading: { readonly log: IssueLog; readonly references: References },
): ServicesReading {
  const names = new Set(entries.keys());
  const read: Service[] = [];
  const policyOf = new Map<string, string>();
  for (const entry of entries.values()) {
    checkName(entry, reading.log);
    // A service of which nothing is said but its name is `payments:` with nothing behind.
    const input = readEntry(serviceSchema, entry.value === null ? { ...entry, value: {} } : entry, reading.log);
    if (input === undefined) continue;
    input.dependsOn.forEach((name, index) => {
      const place = below(entry.place, "dependsOn", index);
      if (name === entry.name) {
        reading.log.report(place, {
          code: "cycle",
          message: `\`${name}\` depends on itself.`,
          expected: "names of other services",
          fix: "Remove it from the list.",
        });
      } else reading.references.check(name, names, place, { what: "service", section: "services" });
    });
    const { title, tier, owner, dependsOn, escalation } = input;
    if (escalation !== undefined) {
      reading.references.check(escalation, policies, below(entry.place, "escalation"), POLICY);
      policyOf.set(entry.name, escalation);
    }
    read.push({ id: entry.name, ...present({ title, owner }), tier, dependsOn });
  }
  return { names, read, policyOf };
}
