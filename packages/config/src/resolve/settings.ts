import { dirname, isAbsolute, join } from "node:path";
import type { z } from "zod";
import type { ReadSecret, SecretReference } from "../config-registry.js";
import type { IssueLog, Place } from "../issue-log.js";
import { explainIssues, isMarked } from "../schema/explain-issues.js";
import { holdsPaths } from "../schema/schema-at.js";
import { Secret } from "../secret.js";
import { referenceParts, type ReferencePart } from "../secret-reference.js";

/** What reading settings needs from around it. */
export type SettingsContext = { readonly log: IssueLog; readonly readSecret: ReadSecret };

/** Keys that hold a secret whatever the type's schema says of them. */
const SECRET_NAME =
  /^(?:.*(?:password|passwd|secret|apikey|accesstoken|bearertoken|bottoken|authtoken|privatekey)|token|authorization|proxyauthorization|cookie|webhookurl|xapikey|xauthtoken)$/;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s:@]*:([^/?#\s@]+)@/i;

/**
 * Looks the references in a value up and checks the value against a schema; undefined when something is wrong, which is
 * then in the log. Whatever does not depend on a missing secret is checked all the same.
 */
export function readSettings<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  place: Place,
  context: SettingsContext,
): Value | undefined {
  const before = context.log.count;
  const walk = new ReferenceWalk(schema, value, place, context);
  const resolved = walk.resolve(value, []);
  const parsed = safely(() => schema.safeParse(resolved));
  if (parsed === undefined) {
    context.log.report(place, {
      code: "invalid-value",
      message: "The schema of this type failed on these settings.",
      fix: "Report it to the author of the type.",
    });
    return undefined;
  }
  if (!parsed.success) {
    for (const { path, finding } of explainIssues(schema, value, parsed.error.issues)) {
      const key = pathKey(path);
      if (walk.unknown.some((prefix) => key === prefix || key.startsWith(`${prefix}\u0000`))) continue;
      context.log.report({ file: place.file, path: [...place.path, ...path] }, finding);
    }
  }
  return parsed.success && context.log.count === before ? parsed.data : undefined;
}

/** A schema that comes from elsewhere may throw; configuration does not. */
export function safely<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function pathKey(path: readonly PropertyKey[]): string {
  return path.map(String).join("\u0000");
}

class ReferenceWalk {
  /** Paths whose value could not be had: what the schema says of them is no news. */
  readonly unknown: string[] = [];

  constructor(
    readonly schema: z.ZodType,
    readonly root: unknown,
    readonly place: Place,
    readonly context: SettingsContext,
  ) {}

  resolve(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === "string") return this.#text(value, path);
    if (Array.isArray(value)) return value.map((item, index) => this.resolve(item, [...path, index]));
    // A secret of digits only is a number to YAML.
    if (typeof value === "number" || typeof value === "boolean")
      return this.#plain(this.#written(value, path), path) ? undefined : value;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, [...path, key])]));
  }

  #text(text: string, path: readonly (string | number)[]): unknown {
    const { log } = this.context;
    const place = { file: this.place.file, path: [...this.place.path, ...path] };
    const secret = (["secret", "mayHoldSecret"] as const).some((mark) => isMarked(this.schema, path, this.root, mark));
    const found = referenceParts(text);
    if (found === undefined) return this.#plain(text, path) ? text : this.#path(text, path);
    for (const { message, fix } of found.problems) {
      log.report(place, { code: "invalid-value", message, expected: "`${env:NAME}` or `${file:PATH}`", fix });
    }
    const looked = found.problems.length > 0 ? undefined : lookUp(found.parts, place, this.context);
    if (looked === undefined) {
      this.unknown.push(pathKey(path));
      return text;
    }
    return secret ? new Secret(looked, text) : this.#path(looked, path);
  }

  /** Reports a secret in plain text; answers whether there was one. */
  #plain(text: string, path: readonly (string | number)[]): boolean {
    const plain = plainSecret(text, path, isMarked(this.schema, path, this.root, "secret"));
    if (plain === undefined) return false;
    this.unknown.push(pathKey(path));
    this.context.log.hide(plain, "[secret]");
    this.context.log.report({ file: this.place.file, path: [...this.place.path, ...path] }, plainSecretFinding(path));
    return true;
  }

  /** A number as it stands in the file: twenty digits are another number once they are read. */
  #written(value: number | boolean, path: readonly (string | number)[]): string {
    const { file, path: above } = this.place;
    const { line, column, length } = file.locate([...above, ...path], "value");
    return file.line(line).slice(column - 1, column - 1 + length) || String(value);
  }

  #path(text: string, path: readonly (string | number)[]): string {
    return isMarked(this.schema, path, this.root, "relativeToFile") ? besideFile(this.place.file.name, text) : text;
  }
}

/** The part of a text that is a secret and should not stand in a file; undefined when there is none. */
function plainSecret(text: string, path: readonly (string | number)[], marked: boolean): string | undefined {
  const name = path.findLast((step) => typeof step === "string") ?? "";
  if ((marked || SECRET_NAME.test(name.toLowerCase().replace(/[-_]/g, ""))) && text !== "") return text;
  return URL_WITH_PASSWORD.exec(text)?.[1];
}

/** What is said of a secret in plain text, with the way out. */
export function plainSecretFinding(path: readonly (string | number)[]) {
  const name = path.findLast((step) => typeof step === "string") ?? "secret";
  const variable = `PLIMSOLL_${name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase()}`;
  return {
    code: "secret-in-plain-text",
    message: `\`${name}\` holds a secret in plain text.`,
    expected: "a reference such as `${env:NAME}` or `${file:PATH}`",
    fix: `Put the value into an environment variable and write \`\${env:${variable}}\` in its place, or into a file and write \`\${file:PATH}\`. If this file was ever shared, replace the secret itself.`,
  } as const;
}

/** Puts what references stand for in their place; undefined when one has no value, which is then in the log. */
export function lookUp(parts: readonly ReferencePart[], place: Place, context: SettingsContext): string | undefined {
  let text = "";
  let complete = true;
  for (const [index, part] of parts.entries()) {
    if (part.kind === "text") {
      text += part.text;
      continue;
    }
    const read = context.readSecret(atFile(part.reference, place));
    if (!read.ok || read.value === "") {
      complete = false;
      context.log.report(place, missingSecret(part.reference, read.ok ? "it is empty" : read.error));
      continue;
    }
    const after = parts
      .slice(index + 1)
      .map((next) => (next.kind === "text" ? next.text : ""))
      .join("");
    const value = isUserInformation(text, after) ? encodeURIComponent(read.value) : read.value;
    context.log.hide(read.value, part.written);
    if (value !== read.value) context.log.hide(value, part.written);
    text += value;
  }
  return complete ? text : undefined;
}

/** Between `://` and `@` a password is written percent-encoded; nobody keeps it so in a variable. */
function isUserInformation(before: string, after: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*$/i.test(before) && /^[^/?#]*@/.test(after);
}

function missingSecret(reference: SecretReference, reason: string) {
  const what =
    reference.kind === "env"
      ? `The environment variable \`${reference.name}\``
      : `The secret file \`${reference.path}\``;
  const fix =
    reference.kind === "env"
      ? `Set it before the start: \`export ${reference.name}=…\`.`
      : "Create the file, readable by this user only, with the secret as its only content.";
  return { code: "secret-missing", message: `${what} gives no value: ${reason}.`, expected: "a value", fix } as const;
}

function atFile(reference: SecretReference, place: Place): SecretReference {
  return reference.kind === "env" ? reference : { kind: "file", path: besideFile(place.file.name, reference.path) };
}

/** Reads the paths in a query, marked as such by its schema, as relative to the folder of the file that states it. */
export function resolvePaths(schema: z.ZodType, query: unknown, fileName: string): unknown {
  let marked = pathMarks.get(schema);
  if (marked === undefined) pathMarks.set(schema, (marked = holdsPaths(schema)));
  if (!marked) return query;
  const resolve = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === "string")
      return isMarked(schema, path, query, "relativeToFile") ? besideFile(fileName, value) : value;
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, [...path, key])]));
  };
  return resolve(query, []);
}

/** Whether a schema has paths at all: most have none, and there may be thousands of queries. */
const pathMarks = new WeakMap<z.ZodType, boolean>();

/** Reads a path as relative to the folder of the file that states it. */
export function besideFile(fileName: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(fileName), path);
}
