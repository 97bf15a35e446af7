import type { FastifyRequest } from "fastify";
import type { Problem } from "../api.js";

/** What the schema said of a request that does not fit it, as the validator of the routes hands it on. */
export type InvalidRequest = {
  readonly validation?: readonly Finding[];
  readonly validationContext?: string;
};

type Finding = {
  readonly keyword?: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: Readonly<Record<string, unknown>>;
};

/** An issue within one of several things that would have been taken. */
type Issue = { readonly code?: string; readonly message?: string; readonly path?: readonly unknown[] } & Readonly<
  Record<string, unknown>
>;

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};
const FORMATS: Readonly<Record<string, string>> = {
  datetime: "an instant with its offset, such as 2026-11-01T22:00:00Z",
  url: "an address, such as https://example.org/page",
  email: "an e-mail address",
};

/** Says where a request does not fit, what was found there and what was expected. What was found is named by its kind only: it may be a secret. */
export function describeInvalidRequest(
  { validation, validationContext }: InvalidRequest,
  request: Pick<FastifyRequest, "body" | "query" | "params" | "headers">,
): Problem {
  const { issue, segments } = innermost(located(validation?.[0]));
  // The path may hold a key that the caller made up.
  const path = segments.join(".").slice(0, 200);
  const where = nameOf(validationContext);
  const expected = expectation(issue);
  const found = kindOf(valueAt(partOf(request, validationContext), segments));
  const words =
    expected === undefined ? (issue.message ?? "does not fit its schema") : `found ${found}, expected ${expected}`;
  const message = `The ${where}${path === "" ? "" : `, at ${path}`}: ${words.slice(0, 500)}.`;
  return { code: "invalid", message, ...(path === "" ? {} : { path }) };
}

type Located = { readonly issue: Issue; readonly segments: readonly string[] };

function located({ instancePath, keyword, message, params }: Finding = { instancePath: "" }): Located {
  const codeAndMessage = {
    ...(keyword === undefined ? {} : { code: keyword }),
    ...(message === undefined ? {} : { message }),
  };
  const segments = instancePath.split("/").filter((segment) => segment !== "");
  return { issue: { ...params, ...codeAndMessage }, segments };
}

/** Of what is none of several things: what is wrong inside it, where it is of the kind of one of them. */
function innermost({ issue, segments }: Located): Located {
  const inside = alternatives(issue).flatMap(([one]) => (one !== undefined && isInside(one) ? [one] : []));
  const [only] = inside;
  if (only === undefined || inside.length > 1) return { issue, segments };
  return innermost({ issue: only, segments: [...segments, ...(only.path ?? []).map(String)] });
}

function isInside({ code, path = [] }: Issue): boolean {
  return path.length > 0 || code === "unrecognized_keys";
}

/** What is wrong with something as each of the things that would have been taken. */
function alternatives(issue: Issue): readonly (readonly Issue[])[] {
  if (issue.code !== "invalid_union" || !Array.isArray(issue["errors"])) return [];
  return issue["errors"] as readonly (readonly Issue[])[];
}

/** What would have been right, in words; undefined where the schema says so itself, in words of ours. */
function expectation(issue: Issue): string | undefined {
  // The validator's own words begin so; those that are written beside a schema stand.
  if (issue.message?.startsWith("Invalid ") !== true) return undefined;
  if (issue.code === "invalid_type") return TYPES[String(issue["expected"])];
  if (issue.code === "invalid_format") return FORMATS[String(issue["format"])];
  if (issue.code === "invalid_value" && Array.isArray(issue["values"]))
    return oneOf(issue["values"].map((value) => JSON.stringify(value)));
  const several = alternatives(issue).map(([one]) =>
    one === undefined || isInside(one) ? undefined : expectation(one),
  );
  const known = several.filter((words) => words !== undefined);
  return known.length > 0 && known.length === several.length ? oneOf(known) : undefined;
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function nameOf(context: string | undefined): string {
  return context === "querystring" ? "query" : context === "params" ? "address" : (context ?? "request");
}

function partOf(
  request: Pick<FastifyRequest, "body" | "query" | "params" | "headers">,
  context: string | undefined,
): unknown {
  if (context === "querystring") return request.query;
  if (context === "params") return request.params;
  return context === "headers" ? request.headers : request.body;
}

function valueAt(part: unknown, segments: readonly string[]): unknown {
  let value = part;
  for (const segment of segments) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "empty text" : "text that does not fit";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a number with a fraction";
  return typeof value === "boolean" ? "true or false" : "an object";
}
