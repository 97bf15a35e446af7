import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { notifierTypes } from "./index.js";

const folder = new URL("../../../docs/notifiers/", import.meta.url);
const pages = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const);
type Block = { readonly notifiers: Readonly<Record<string, { readonly type: keyof typeof notifierTypes }>> };
// Configuration puts objects that reveal a secret in the place of references.
const reveal = (_: unknown, value: unknown): unknown =>
  typeof value === "string" && value.startsWith("${env:") ? { reveal: () => "https://example.org/secret" } : value;
const configured = pages.flatMap(([, text]) =>
  [...text.matchAll(/```yaml part\n([^]*?)```/g)].flatMap(([, yaml]) =>
    Object.values((parse(yaml ?? "", reveal) as Block).notifiers),
  ),
);

it.each(configured)("an example in the docs is valid: %j", ({ type, ...settings }) => {
  expect(notifierTypes[type].settings.safeParse(settings)).toMatchObject({ success: true });
});

it("has an example of every notifier, and lists every one", () => {
  const types = Object.keys(notifierTypes).toSorted();
  expect([...new Set(configured.map(({ type }) => type))].toSorted()).toEqual(types);
  const index = pages.find(([name]) => name === "README.md")?.[1] ?? "";
  for (const type of types) expect(index).toContain(`[\`${type}\`](`);
});
