import type { z } from "zod";

/** A schema without its wrappers, and what was noted on it and on them. */
export type BareSchema = { readonly schema: z.core.$ZodTypes; readonly meta: SchemaMeta };

/** The notes on a schema that configuration understands. */
export type SchemaMeta = {
  readonly expected?: string;
  readonly description?: string;
  readonly secret?: boolean;
  readonly mayHoldSecret?: boolean;
  readonly relativeToFile?: boolean;
};

/** The alternatives that a schema is made of, each without optional, default, pipe and the like. */
export function bareSchemas(schema: z.core.$ZodType, outer: SchemaMeta = {}): readonly BareSchema[] {
  const known = schema as z.core.$ZodTypes;
  const meta = { ...metaOf(known), ...outer };
  const def = known._zod.def;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
    case "nonoptional":
    case "readonly":
    case "catch":
      return bareSchemas(def.innerType, meta);
    case "pipe":
      return bareSchemas((def.in as z.core.$ZodTypes)._zod.def.type === "transform" ? def.out : def.in, meta);
    case "lazy":
      return bareSchemas(def.getter(), meta);
    case "intersection":
      return [...bareSchemas(def.left, meta), ...bareSchemas(def.right, meta)];
    case "union":
      return [{ schema: known, meta }, ...def.options.flatMap((option) => bareSchemas(option, notesForAll(meta)))];
    default:
      return [{ schema: known, meta }];
  }
}

/** What a union says of itself as a whole is not what each alternative expects. */
function notesForAll(meta: SchemaMeta): SchemaMeta {
  return {
    ...(meta.secret === true ? { secret: true } : {}),
    ...(meta.mayHoldSecret === true ? { mayHoldSecret: true } : {}),
    ...(meta.relativeToFile === true ? { relativeToFile: true } : {}),
  };
}

function metaOf(schema: z.core.$ZodType): SchemaMeta {
  const classic = schema as { meta?: () => SchemaMeta | undefined };
  return (typeof classic.meta === "function" ? classic.meta() : undefined) ?? {};
}

/** The schemas that may judge what stands at a path below a schema; `value` picks the alternative of a union by its kind. */
export function schemasAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): readonly BareSchema[] {
  let found = bareSchemas(schema);
  let at = value;
  for (const key of path) {
    found = found
      .filter((candidate) => fitsDiscriminator(candidate.schema, at))
      .flatMap((candidate) => childSchemas(candidate.schema, key));
    at = childValue(at, key);
  }
  return found;
}

function childSchemas(schema: z.core.$ZodTypes, key: PropertyKey): readonly BareSchema[] {
  const def = schema._zod.def;
  switch (def.type) {
    case "object": {
      const child = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : def.catchall;
      return child === undefined ? [] : bareSchemas(child);
    }
    case "record":
      return bareSchemas(def.valueType);
    case "array":
      return bareSchemas(def.element);
    case "tuple": {
      const item = def.items[Number(key)] ?? def.rest;
      return item === null || item === undefined ? [] : bareSchemas(item);
    }
    default:
      return [];
  }
}

/** Whether the literals that an object states, such as its kind, agree with the value. */
function fitsDiscriminator(schema: z.core.$ZodTypes, value: unknown): boolean {
  const def = schema._zod.def;
  if (def.type !== "object") return true;
  return Object.entries(def.shape).every(([key, child]) => {
    const literal = (child as z.core.$ZodTypes)._zod.def;
    const given = childValue(value, key);
    return literal.type !== "literal" || given === undefined || (literal.values as readonly unknown[]).includes(given);
  });
}

/** A value's child by key or index; undefined where there is none. */
export function childValue(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<PropertyKey, unknown>)[key];
}

/** The keys that object schemas know which a value may be meant for. */
export function knownKeys(schemas: readonly BareSchema[], value: unknown): readonly string[] {
  const fitting = schemas.filter(({ schema }) => fitsDiscriminator(schema, value));
  return [
    ...new Set(
      fitting.flatMap(({ schema }) => (schema._zod.def.type === "object" ? Object.keys(schema._zod.def.shape) : [])),
    ),
  ];
}

/** Whether anything in a schema is marked as a path. */
export function holdsPaths(schema: z.core.$ZodType, depth = 0): boolean {
  if (depth > 12) return false;
  return bareSchemas(schema).some(
    ({ schema: bare, meta }) =>
      meta.relativeToFile === true || children(bare).some((child) => holdsPaths(child, depth + 1)),
  );
}

function children(schema: z.core.$ZodTypes): readonly z.core.$ZodType[] {
  const def = schema._zod.def;
  switch (def.type) {
    case "object":
      return Object.values(def.shape);
    case "record":
      return [def.valueType];
    case "array":
      return [def.element];
    case "tuple":
      return def.items;
    default:
      return [];
  }
}

/** Says in words what a schema expects. */
export function expectedWords(schemas: readonly BareSchema[]): string {
  const whole = schemas[0];
  if (whole === undefined) return "something else";
  if (whole.meta.expected !== undefined) return whole.meta.expected;
  const def = whole.schema._zod.def;
  if (def.type === "union") {
    const options = new Set(
      schemas
        .slice(1)
        .filter(({ schema }) => schema._zod.def.type !== "custom")
        .map((option) => expectedWords([option])),
    );
    return [...options].join(" or ");
  }
  return bareWords(def);
}

function bareWords(def: z.core.$ZodTypes["_zod"]["def"]): string {
  switch (def.type) {
    case "string":
      return "text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "enum":
      return `one of ${Object.values(def.entries).join(", ")}`;
    case "literal":
      return def.values.map(String).join(" or ");
    case "array":
    case "tuple":
      return "a list";
    case "object":
    case "record":
      return "a map of keys and values";
    case "null":
      return "nothing";
    default:
      return `a ${def.type}`;
  }
}
