import { z } from "zod";
import type { ConfigRegistry } from "./config-registry.js";
import { MAP_SECTIONS } from "./document/merge-files.js";
import { documentSchema } from "./schema/document-schema.js";
import { ID_PATTERN } from "./schema/scalar.js";

type JsonSchema = { [key: string]: unknown };

/** Fits a text that holds a reference; a secret stands in a file in no other form. */
const REFERENCE_PATTERN = "\\$\\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^${}]+)\\}";

/** Makes the JSON Schema (2020-12) of `plimsoll.yaml` for editors, with the given source and notifier types in it. */
export function configJsonSchema(registry: ConfigRegistry): JsonSchema {
  const schema = jsonSchemaOf(documentSchema);
  const sections = properties(schema);
  typeSection(sections, "sources", registry.sourceTypes);
  typeSection(sections, "notifiers", registry.notifierTypes);
  typeSection(sections, "remediators", registry.remediatorTypes ?? {});
  typeSection(sections, "fleets", registry.fleetTypes ?? {});
  settingsSection(sections, "runbookHost", registry.runbookHost);
  settingsSection(sections, "deadMan", registry.deadMan);
  for (const section of MAP_SECTIONS) {
    const found = sections[section];
    if (found !== undefined) found["propertyNames"] = { pattern: ID_PATTERN.source };
  }
  const queries = Object.values(registry.sourceTypes).map((type) => withoutDialect(jsonSchemaOf(type.query)));
  if (queries.length > 0)
    replaceQueries(sections["slos"], {
      description: "What the source is asked; its keys belong to the source's type.",
      anyOf: queries,
    });
  // Room for anchors and for other tools.
  return { ...schema, patternProperties: { "^x-": {} } };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const made: unknown = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    // Types from elsewhere may share a schema between fields; written out, the document has no references to resolve.
    reused: "inline",
    override: ({ jsonSchema }) => {
      const notes = jsonSchema as JsonSchema;
      delete notes["expected"];
      delete notes["relativeToFile"];
      const { secret, mayHoldSecret } = notes;
      if (secret !== true && mayHoldSecret !== true) return;
      for (const key of ["secret", "mayHoldSecret", "anyOf", "oneOf", "format"]) delete notes[key];
      Object.assign(notes, { type: "string" }, secret === true ? { pattern: REFERENCE_PATTERN } : {});
    },
  });
  return made as JsonSchema;
}

function properties(schema: JsonSchema): Record<string, JsonSchema | undefined> {
  return (schema["properties"] ?? {}) as Record<string, JsonSchema | undefined>;
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  const { $schema: _, ...rest } = schema;
  return rest;
}

function typeSection(
  sections: Record<string, JsonSchema | undefined>,
  name: string,
  types: Readonly<Record<string, { readonly settings: z.ZodType }>>,
): void {
  const section = sections[name];
  const alternatives = Object.entries(types).map(([type, { settings }]) =>
    withType(type, withoutDialect(jsonSchemaOf(settings))),
  );
  if (section !== undefined && alternatives.length > 0)
    section["additionalProperties"] = alternatives.length === 1 ? alternatives[0] : { anyOf: alternatives };
}

/** Adds the keys of a type to a section that is made of one thing. */
function settingsSection(
  sections: Record<string, JsonSchema | undefined>,
  name: string,
  type: { readonly settings: z.ZodType } | undefined,
): void {
  const section = sections[name];
  if (section === undefined || type === undefined) return;
  const settings = withoutDialect(jsonSchemaOf(type.settings));
  sections[name] = { ...settings, ...section, properties: { ...properties(settings), ...properties(section) } };
  sections[name]["additionalProperties"] = false;
}

/** Adds the key `type` to every shape that the settings of a type may have. */
function withType(type: string, settings: JsonSchema): JsonSchema {
  for (const key of ["anyOf", "oneOf"]) {
    const alternatives = settings[key];
    if (Array.isArray(alternatives))
      return { ...settings, [key]: alternatives.map((alternative: JsonSchema) => withType(type, alternative)) };
  }
  const required = Array.isArray(settings["required"]) ? (settings["required"] as unknown[]) : [];
  return {
    ...settings,
    type: "object",
    properties: { type: { const: type }, ...properties(settings) },
    required: ["type", ...required],
  };
}

/** Puts the queries of the known source types where any map would do. */
function replaceQueries(at: unknown, queries: JsonSchema): void {
  if (typeof at !== "object" || at === null) return;
  for (const [key, value] of Object.entries(at)) {
    if (key === "query" && isFreeMap(value)) (at as JsonSchema)[key] = queries;
    else replaceQueries(value, queries);
  }
}

function isFreeMap(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as JsonSchema)["type"] === "object" &&
    !("properties" in value)
  );
}
