import { readdirSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { failure, success } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { formatIssues } from "./format-issues.js";
import { parseConfig } from "./parse-config.js";
import { sampleTypes } from "./testing/sample-registry.js";

const folder = new URL("fixtures/", import.meta.url);
const environment: Readonly<Record<string, string>> = { SHORT_TOKEN: "t00short" };
const readSecret = (reference: { readonly kind: string; readonly name?: string }) => {
  const value = environment[reference.name ?? ""];
  return value === undefined
    ? failure(reference.kind === "env" ? "it is not set" : "there is no such file")
    : success(value);
};

describe("what a person reads", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  it.each(names)("of %s is as agreed", async (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const parsed = parseConfig([{ name, text }], { ...sampleTypes, readSecret });
    const shown = parsed.ok ? "" : formatIssues(parsed.error, { color: false });
    await expect(shown).toMatchFileSnapshot(`fixtures/${name.replace(".yaml", ".txt")}`);
    for (const secret of [
      "hunter2hunter2",
      "letmein99",
      "abcdefghijkl",
      "t00short",
      "plaintextsecret",
      "0123456789abcdef0123",
      "plain-but-secret",
    ]) {
      expect(JSON.stringify(parsed) + shown).not.toContain(secret);
    }
  });

  it("is coloured where colours are asked for, and says the same", () => {
    const parsed = parseConfig([{ name: "a.yaml", text: "version: 1\nslcie: 15s\n" }], { ...sampleTypes, readSecret });
    if (parsed.ok) throw new Error("it was taken");
    const colored = formatIssues(parsed.error, { color: true });
    expect(colored).toContain("\u001b[31m^^^^^\u001b[39m");
    expect(stripVTControlCharacters(colored)).toBe(formatIssues(parsed.error, { color: false }));
  });

  it("is nothing where there is nothing to say", () => expect(formatIssues([], { color: true })).toBe(""));

  it("keeps the caret on the screen when the line is long", () => {
    const text = `version: 1\nservices: { ${"a: {}, ".repeat(60)}b: { tear: 1 } }\n`.replace(
      /a: /g,
      () => `s${(counter += 1)}: `,
    );
    const parsed = parseConfig([{ name: "a.yaml", text }], { ...sampleTypes, readSecret });
    const lines = parsed.ok ? [] : formatIssues(parsed.error, { color: false }).split("\n");
    const caret = lines.findIndex((line) => line.includes("^"));
    const column = lines[caret]?.indexOf("^") ?? 0;
    expect(lines[caret - 1]?.slice(column, column + 4)).toBe("tear");
    expect(lines[caret]?.length).toBeLessThan(130);
  });
});

let counter = 0;
