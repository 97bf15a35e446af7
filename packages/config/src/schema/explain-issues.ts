import type { z } from "zod";
import { nameList, nearestName } from "../document/nearest-name.js";
import { showValue, type Finding } from "../issue-log.js";
import { bareSchemas, childValue, expectedWords, knownKeys, schemasAt, type BareSchema } from "./schema-at.js";

/** A finding, and where below the checked value it is. */
export type PathFinding = { readonly path: readonly (string | number)[]; readonly finding: Finding };

type RawIssue = z.core.$ZodIssue;

/** Turns what a schema objects to into findings that say what was found, what was expected and what to do. */
export function explainIssues(
  schema: z.core.$ZodType,
  value: unknown,
  issues: readonly RawIssue[],
): readonly PathFinding[] {
  return withoutEchoes(issues.flatMap((issue) => explainIssue(schema, value, issue, [])));
}

/** `servise` is one mistake: where it is taken for `service`, that `service` is missing is no second one. */
function withoutEchoes(findings: readonly PathFinding[]): readonly PathFinding[] {
  const meant = new Set(
    findings
      .filter(({ finding }) => finding.code === "unknown-key")
      .map(({ path, finding }) => JSON.stringify([...path.slice(0, -1), /`(.*)`/.exec(finding.fix ?? "")?.[1]])),
  );
  return findings.filter(({ path, finding }) => finding.code !== "missing-key" || !meant.has(JSON.stringify(path)));
}

function explainIssue(
  schema: z.core.$ZodType,
  root: unknown,
  issue: RawIssue,
  prefix: readonly PropertyKey[],
): PathFinding[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(root, path);
  const schemas = schemasAt(schema, path, root);
  const here = (finding: Finding): PathFinding[] => [
    { path: path.map((key) => (typeof key === "symbol" ? String(key) : key)), finding },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) => unknownKey([...path], key, schemas, value));
    case "invalid_union":
      return explainUnion({ schema, root, issue, path, value, schemas });
    case "invalid_value":
      return here(
        value === undefined ? missing(path, schemas) : unknownValue(value, issue.values.map(String), schemas),
      );
    case "invalid_type":
      return here(
        value === undefined ? missing(path, schemas, issue.message) : wrongType(value, schemas, issue.message),
      );
    case "invalid_key":
      return here({
        code: "invalid-value",
        message: issue.issues[0]?.message ?? issue.message,
        found: showValue(path.at(-1)),
        at: "key",
      });
    default:
      if (value === undefined && issue.code === "custom" && issue.params?.["expected"] === undefined)
        return here(missing(path, schemas));
      return here(refused(issue, value, schemas));
  }
}

function unknownKey(
  path: readonly PropertyKey[],
  key: string,
  schemas: readonly BareSchema[],
  value: unknown,
): PathFinding[] {
  const known = knownKeys(schemas, value);
  const near = nearestName(key, known);
  const finding: Finding = {
    code: "unknown-key",
    message: `The key \`${key}\` is not known here.`,
    expected: known.length === 0 ? "no further key" : `one of ${known.join(", ")}`,
    fix: near === undefined ? "Remove it, or correct its name." : `Did you mean \`${near}\`?`,
    at: "key",
  };
  return [{ path: [...path.map(plainKey), key], finding }];
}

/** Not a character of what stands in a secret field is shown, whatever it is. */
function shown(value: unknown, schemas: readonly BareSchema[]): string {
  return schemas.some(({ meta }) => meta.secret === true) ? "something that is not shown" : showValue(value);
}

function plainKey(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}

/** Types from elsewhere say what they expect in the message of an issue. */
function expectedBy(schemas: readonly BareSchema[], message = ""): string {
  return schemas[0]?.meta.expected ?? /^Expected (.{1,200}?)\.?$/.exec(message)?.[1] ?? expectedWords(schemas);
}

function missing(path: readonly PropertyKey[], schemas: readonly BareSchema[], message?: string): Finding {
  const expected = expectedBy(schemas, message);
  return {
    code: "missing-key",
    message: `\`${String(path.at(-1) ?? "")}\` is missing.`,
    expected,
    fix: `Add \`${String(path.at(-1) ?? "")}:\` with a value.`,
    at: "key",
  };
}

function wrongType(value: unknown, schemas: readonly BareSchema[], message?: string): Finding {
  const expected = expectedBy(schemas, message);
  const unit = typeof value === "number" && Number.isInteger(value) && expected.startsWith("a duration");
  const fix = unit
    ? `Add the unit: \`${value}s\`, \`${value}m\`, \`${value}h\` or \`${value}d\`.`
    : `Write ${expected}.`;
  return {
    code: "wrong-type",
    message: `This is ${shown(value, schemas)}.`,
    found: shown(value, schemas),
    expected,
    fix,
  };
}

function unknownValue(value: unknown, options: readonly string[], schemas: readonly BareSchema[]): Finding {
  const near = typeof value === "string" ? nearestName(value, options) : undefined;
  const expected = schemas[0]?.meta.expected ?? `one of ${options.join(", ")}`;
  return {
    code: "invalid-value",
    message: `${shown(value, schemas)} is not known here.`,
    found: shown(value, schemas),
    expected,
    fix: near === undefined ? `Write ${nameList(options)}.` : `Did you mean \`${near}\`?`,
  };
}

function refused(issue: RawIssue, value: unknown, schemas: readonly BareSchema[]): Finding {
  const params = (issue.code === "custom" ? issue.params : undefined) as
    | { expected?: unknown; fix?: unknown }
    | undefined;
  const stated = typeof params?.expected === "string" ? params.expected : schemas[0]?.meta.expected;
  // The own words of a check that knows nothing better say what to do themselves.
  const expected = stated ?? (issue.code === "custom" ? undefined : expectedWords(schemas));
  return {
    code: "invalid-value",
    message: /[.!?]$/.test(issue.message) ? issue.message : `${issue.message}.`,
    found: shown(value, schemas),
    expected,
    fix: typeof params?.fix === "string" ? params.fix : expected === undefined ? undefined : `Write ${expected}.`,
  };
}

type UnionContext = {
  readonly schema: z.core.$ZodType;
  readonly root: unknown;
  readonly issue: Extract<RawIssue, { code: "invalid_union" }>;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  readonly schemas: readonly BareSchema[];
};

/** Explains the alternative that the value was most likely meant to be; where none is near, what all expect. */
function explainUnion(context: UnionContext): PathFinding[] {
  const { schema, root, issue, path, value, schemas } = context;
  const here = path.map(plainKey);
  if (issue.errors.length === 0) {
    // No alternative has the stated kind: the path ends at the key that states it.
    const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const expected = `one of ${options.join(", ")}`;
    if (value === undefined) {
      const name = String(path.at(-1) ?? "");
      return [
        {
          path: here,
          finding: {
            code: "missing-key",
            message: `\`${name}\` is missing.`,
            expected,
            fix: `Add \`${name}:\` with ${nameList(options)}.`,
            at: "key",
          },
        },
      ];
    }
    return [{ path: here, finding: unknownValue(value, options, []) }];
  }
  if (value === undefined) return [{ path: here, finding: missing(path, schemas, issue.message) }];
  const near = issue.errors
    .map((errors, index) => ({ errors, score: likeness(errors, value), index }))
    .filter(({ score }) => score > -Infinity)
    .sort((left, right) => right.score - left.score || left.index - right.index)[0];
  if (near === undefined) return [{ path: here, finding: wrongType(value, schemas, issue.message) }];
  const option = optionSchema(schemas, near.index);
  if (option === undefined) return near.errors.flatMap((error) => explainIssue(schema, root, error, path));
  return near.errors
    .flatMap((error) => explainIssue(option, value, error, []))
    .map(({ path: below, finding }) => ({ path: [...here, ...below], finding }));
}

function optionSchema(schemas: readonly BareSchema[], index: number): z.core.$ZodType | undefined {
  for (const { schema } of schemas) {
    const def = schema._zod.def;
    if (def.type === "union") return def.options[index];
  }
  return undefined;
}

/** How near a value came to an alternative: keys that fit count for it, keys unknown or missing against it. */
function likeness(errors: readonly RawIssue[], value: unknown): number {
  const wholeRefused = errors.some(
    (error) => error.path.length === 0 && (error.code === "invalid_type" || error.code === "invalid_value"),
  );
  if (wholeRefused) return -Infinity;
  let score = 0;
  for (const error of errors) {
    if (error.code === "unrecognized_keys") score -= 2 * error.keys.length;
    else score -= valueAt(value, error.path) === undefined ? 2 : 1;
  }
  return score;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => childValue(value, key), root);
}

/** Whether a schema marks anything that may stand at a path. */
export function isMarked(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  root: unknown,
  mark: "secret" | "mayHoldSecret" | "relativeToFile",
): boolean {
  const schemas = path.length === 0 ? bareSchemas(schema) : schemasAt(schema, path, root);
  return schemas.some(({ meta }) => meta[mark] === true);
}
