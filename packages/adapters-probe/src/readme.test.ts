import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { ZodType } from "zod";
import { probeQuerySchema, probeSettingsSchema, snapshotQuerySchema, snapshotSettingsSchema } from "./index.js";

const SCHEMAS: Readonly<Record<string, { readonly settings: ZodType; readonly query: ZodType }>> = {
  probe: { settings: probeSettingsSchema, query: probeQuerySchema },
  snapshot: { settings: snapshotSettingsSchema, query: snapshotQuerySchema },
};

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```yaml part\n([^]*?)```/g)].map(([, yaml]) => parse(yaml ?? "") as Block);
type Block = {
  readonly sources?: Readonly<Record<string, { readonly type: string }>>;
  readonly sli?: { readonly source: string; readonly query: object };
};
const types = new Map(
  blocks.flatMap(({ sources = {} }) => Object.entries(sources).map(([name, { type }]) => [name, type] as const)),
);

it.each(blocks)("an example in the readme is valid: %j", ({ sources = {}, sli }) => {
  for (const { type, ...settings } of Object.values(sources))
    expect(SCHEMAS[type]?.settings.safeParse(settings)).toMatchObject({ success: true });
  if (sli !== undefined)
    expect(SCHEMAS[types.get(sli.source) ?? ""]?.query.safeParse(sli.query)).toMatchObject({ success: true });
  expect(Object.keys(sources).length > 0 || sli !== undefined).toBe(true);
});
