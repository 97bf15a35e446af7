import type { z } from "zod";
import type { Entry } from "../document/merge-files.js";
import { nearestName, nameList } from "../document/nearest-name.js";
import type { IssueLog, Place } from "../issue-log.js";
import { explainIssues } from "../schema/explain-issues.js";
import { ID_PATTERN, ID_WORDS } from "../schema/scalar.js";

/** Checks one entry against its schema; undefined when it does not fit, which is then in the log. */
export function readEntry<Value>(schema: z.ZodType<Value>, entry: Entry, log: IssueLog): Value | undefined {
  const parsed = schema.safeParse(entry.value);
  if (parsed.success) return parsed.data;
  for (const { path, finding } of explainIssues(schema, entry.value, parsed.error.issues)) {
    log.report({ file: entry.place.file, path: [...entry.place.path, ...path] }, finding);
  }
  return undefined;
}

/** Reports a key that cannot be a name. */
export function checkName(entry: Entry, log: IssueLog): void {
  if (ID_PATTERN.test(entry.name)) return;
  log.report(entry.place, {
    code: "invalid-value",
    message: `\`${entry.name.slice(0, 80)}\` cannot be a name.`,
    expected: ID_WORDS,
    fix: "Rename it.",
    at: "key",
  });
}

/** Names are compared at most this often in search of what was meant: a file with thousands of wrong names must not take minutes. */
const MAX_COMPARISONS = 250_000;

/** Checks that names that are used are also defined. */
export class References {
  #comparisons = 0;

  constructor(
    readonly log: IssueLog,
    /** False when a file could not be read: a name that is missing may stand there. */
    readonly complete: boolean,
  ) {}

  /** Whether a name is known; reports it when it is not. `what` is the noun, `section` where such names are defined. */
  check(
    name: string,
    known: ReadonlySet<string>,
    place: Place,
    words: { readonly what: string; readonly section: string },
  ): boolean {
    if (known.has(name)) return true;
    if (!this.complete) return false;
    this.#comparisons += known.size;
    const near = this.#comparisons > MAX_COMPARISONS ? undefined : nearestName(name, known);
    const defined = known.size === 0 ? `none is defined under \`${words.section}\`` : nameList([...known]);
    this.log.report(place, {
      code: "unknown-reference",
      message: `There is no ${words.what} \`${name}\`.`,
      found: `"${name}"`,
      expected: defined,
      fix:
        near === undefined ? `Define it under \`${words.section}\`, or correct the name.` : `Did you mean \`${near}\`?`,
    });
    return false;
  }
}

/**
 * Reports what the engine's own rules object to; `path` is as `layers[0].id` or `routes.2.receiver`, below the place.
 * What they say to do comes after a semicolon.
 */
export function reportProblem(
  { message, path }: { readonly path: string; readonly message: string },
  place: Place,
  log: IssueLog,
): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== "");
  const [said = "", ...todo] = message.split("; ");
  log.report(below(place, ...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))), {
    code: "invalid-value",
    message: sentence(said),
    fix: todo.length === 0 ? undefined : sentence(todo.join("; ")),
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A place below another. */
export function below(place: Place, ...path: readonly (string | number)[]): Place {
  return { file: place.file, path: [...place.path, ...path] };
}

/** The keys of a value that have one; absent keys stay absent, as exact optional properties want it. */
export function present<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}
