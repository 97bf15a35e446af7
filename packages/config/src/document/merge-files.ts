import { nameList, nearestName } from "./nearest-name.js";
import { showValue, type IssueLog, type Place } from "../issue-log.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

/** The sections whose entries have names of their own. */
export const MAP_SECTIONS = [
  "sources",
  "services",
  "slos",
  "budgetPolicies",
  "notifiers",
  "people",
  "teams",
  "schedules",
  "webhooks",
  "remediators",
  "fleets",
] as const;
const LIST_SECTIONS = ["corrections", "freezeWindows", "reports"] as const;
const SINGLE_SECTIONS = [
  "slice",
  "storage",
  "http",
  "notify",
  "incidents",
  "escalation",
  "routing",
  "runbooks",
  "runbookHost",
  "automation",
  "deadMan",
  "delivery",
] as const;
const SECTIONS: readonly string[] = ["version", ...MAP_SECTIONS, ...LIST_SECTIONS, ...SINGLE_SECTIONS];

/** One thing that a file states, and where. */
export type Entry = { readonly name: string; readonly value: unknown; readonly place: Place };

/** All files as one document, every entry knowing its place. */
export type MergedDocument = {
  readonly maps: Readonly<Record<(typeof MAP_SECTIONS)[number], ReadonlyMap<string, Entry>>>;
  readonly lists: Readonly<Record<(typeof LIST_SECTIONS)[number], readonly Entry[]>>;
  readonly singles: ReadonlyMap<(typeof SINGLE_SECTIONS)[number], Entry>;
  /** False when a file could not be read to its end: what is not here may stand there. */
  readonly complete: boolean;
};

/** Reads all files and lays them together; what stands twice is reported with both places. */
export function mergeFiles(
  files: readonly { readonly name: string; readonly text: string }[],
  log: IssueLog,
): MergedDocument {
  const merge = new Merge(log);
  const read = files.map(({ name, text }) => readYamlFile(name, text));
  for (const file of read) merge.add(file);
  if (merge.complete) merge.requireVersion(read[0]);
  return merge;
}

class Merge implements MergedDocument {
  readonly maps = {
    sources: new Map<string, Entry>(),
    services: new Map<string, Entry>(),
    slos: new Map<string, Entry>(),
    budgetPolicies: new Map<string, Entry>(),
    notifiers: new Map<string, Entry>(),
    people: new Map<string, Entry>(),
    teams: new Map<string, Entry>(),
    schedules: new Map<string, Entry>(),
    webhooks: new Map<string, Entry>(),
    remediators: new Map<string, Entry>(),
    fleets: new Map<string, Entry>(),
  };
  readonly lists: Record<(typeof LIST_SECTIONS)[number], Entry[]> = { corrections: [], freezeWindows: [], reports: [] };
  readonly singles = new Map<(typeof SINGLE_SECTIONS)[number], Entry>();
  complete = true;
  #versioned = false;

  constructor(readonly log: IssueLog) {}

  add(file: YamlFile): void {
    for (const { range: _, firstRange, position, ...problem } of file.problems) {
      const first = firstRange === undefined ? undefined : file.positionOf(firstRange);
      const message =
        first === undefined ? problem.message : `${problem.message} It first stands on line ${first.line}.`;
      this.log.reportAt({ file, path: [] }, position, { ...problem, message });
    }
    if (file.value === undefined) this.complete = false;
    if (file.value === undefined || file.value === null) return;
    if (!isMap(file.value)) {
      this.log.report(
        { file, path: [] },
        {
          code: "wrong-type",
          message: `The file holds ${showValue(file.value)}.`,
          expected: "a map of sections",
          fix: `Begin with \`version: 1\`, then ${nameList(["sources", "services", "slos"])}.`,
        },
      );
      return;
    }
    for (const [section, value] of Object.entries(file.value)) this.#section(file, section, value);
  }

  requireVersion(first: YamlFile | undefined): void {
    if (this.#versioned || first === undefined) return;
    this.log.report(
      { file: first, path: ["version"] },
      {
        code: "missing-key",
        message: "`version` is missing.",
        expected: "1",
        fix: "Add `version: 1` as the first line.",
      },
    );
  }

  #section(file: YamlFile, section: string, value: unknown): void {
    const place = { file, path: [section] };
    if (section === "version") return this.#version(place, value);
    // Room for anchors and for other tools, as in Compose files.
    if (section.startsWith("x-")) return;
    if (isOneOf(MAP_SECTIONS, section)) return this.#map(this.maps[section], place, value);
    if (isOneOf(LIST_SECTIONS, section)) return this.#list(this.lists[section], place, value);
    if (isOneOf(SINGLE_SECTIONS, section)) return this.#single(section, place, value);
    const near = nearestName(section, SECTIONS);
    this.log.report(place, {
      code: "unknown-key",
      message: `The key \`${section.slice(0, 80)}\` is not known here.`,
      expected: `one of ${SECTIONS.join(", ")}`,
      fix:
        near === undefined
          ? "Remove it, or begin its name with `x-` if it is a note of your own."
          : `Did you mean \`${near}\`?`,
      at: "key",
    });
  }

  #version(place: Place, value: unknown): void {
    this.#versioned = true;
    if (value === 1) return;
    this.log.report(place, {
      code: "invalid-value",
      message: `This is version ${showValue(value)} of the format.`,
      found: showValue(value),
      expected: "1",
      fix: "Write `version: 1`, or use a release of Plimsoll that knows this version.",
    });
  }

  #map(section: Map<string, Entry>, place: Place, value: unknown): void {
    if (value === null) return;
    if (!isMap(value)) return this.#wrong(place, value, "a map by name");
    for (const [name, entry] of Object.entries(value)) {
      const here = { name, value: entry, place: { file: place.file, path: [...place.path, name] } };
      const first = section.get(name);
      if (first === undefined) section.set(name, here);
      else reportDuplicate(this.log, here, first, "key");
    }
  }

  #list(section: Entry[], place: Place, value: unknown): void {
    if (value === null) return;
    if (!Array.isArray(value)) return this.#wrong(place, value, "a list");
    value.forEach((entry: unknown, index) =>
      section.push({ name: `${index + 1}`, value: entry, place: { file: place.file, path: [...place.path, index] } }),
    );
  }

  #single(section: (typeof SINGLE_SECTIONS)[number], place: Place, value: unknown): void {
    if (value === null) return;
    const here = { name: section, value, place };
    const first = this.singles.get(section);
    if (first === undefined) this.singles.set(section, here);
    else reportDuplicate(this.log, here, first, "key");
  }

  #wrong(place: Place, value: unknown, expected: string): void {
    this.log.report(place, {
      code: "wrong-type",
      message: `This is ${showValue(value)}.`,
      found: showValue(value),
      expected,
      fix: `Write ${expected}.`,
    });
  }
}

/** Reports the second of two things with one name, and says where the first is. */
export function reportDuplicate(log: IssueLog, second: Entry, first: Entry, at: "key" | "value"): void {
  const there = first.place.file.locate(first.place.path, at);
  log.report(second.place, {
    code: "duplicate",
    message: `\`${second.name.slice(0, 80)}\` stands twice: it is also at ${first.place.file.name}:${there.line}:${there.column}.`,
    expected: "each name once",
    fix: "Remove or rename one of the two.",
    at,
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf<const Options extends readonly string[]>(options: Options, text: string): text is Options[number] {
  return options.includes(text);
}
