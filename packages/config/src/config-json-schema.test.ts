import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "./config-json-schema.js";
import { sampleTypes, WHOLE_CONFIG } from "./testing/sample-registry.js";

type Schema = { readonly [key: string]: unknown };
const schema: Schema = configJsonSchema(sampleTypes);

function eachProperty(at: unknown, visit: (name: string, property: Schema) => void): void {
  if (typeof at !== "object" || at === null) return;
  for (const [key, value] of Object.entries(at)) {
    if (key === "properties")
      for (const [name, property] of Object.entries(value as Record<string, Schema>)) visit(name, property);
    eachProperty(value, visit);
  }
}

describe("the JSON Schema", () => {
  it("is plain JSON without notes meant for the parser", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(JSON.stringify(schema)).not.toMatch(/"(?:expected|secret|mayHoldSecret|relativeToFile)":(?:true|")/);
  });

  it("describes every key of ours", () => {
    const without: string[] = [];
    const { sources: _, notifiers: __, ...ours } = schema["properties"] as Record<string, Schema>;
    eachProperty({ properties: ours }, (name, property) => {
      // Keys inside a query, and the words that tell alternatives apart, are the types' own.
      if (
        property["description"] === undefined &&
        property["const"] === undefined &&
        // Described where it refers to.
        property["$ref"] === undefined &&
        !["good", "total", "bad", "histogram", "service", "ca"].includes(name)
      )
        without.push(name);
    });
    expect(without).toEqual([]);
  });

  it("knows every section that a whole configuration uses", () => {
    const sections = Object.keys(schema["properties"] as object);
    expect(sections).toEqual(expect.arrayContaining(Object.keys(parse(WHOLE_CONFIG) as object)));
    expect(schema["additionalProperties"]).toBe(false);
  });

  it("takes a secret only as a reference", () => {
    const text = JSON.stringify((schema["properties"] as Record<string, Schema>)["notifiers"]);
    const pattern = /"webhookUrl":\{[^}]*"pattern":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
    const reference = new RegExp(JSON.parse(`"${pattern}"`) as string);
    expect(reference.test("${env:SLACK_WEBHOOK_URL}")).toBe(true);
    expect(reference.test("https://hooks.slack.com/services/T0")).toBe(false);
  });

  it("offers the types that the program brings", () => {
    const sources = JSON.stringify((schema["properties"] as Record<string, Schema>)["sources"]);
    expect(sources).toContain('"type":{"const":"prometheus"}');
    expect(sources).toContain('"type":{"const":"snapshots"}');
    expect(JSON.stringify(configJsonSchema({ sourceTypes: {}, notifierTypes: {} }))).not.toContain(
      '"const":"prometheus"',
    );
  });
});
