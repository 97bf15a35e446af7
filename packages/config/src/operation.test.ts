import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { configJsonSchema } from "./config-json-schema.js";
import { formatIssues } from "./format-issues.js";
import { parseConfig } from "./parse-config.js";
import type { PlimsollConfig } from "./plimsoll-config.js";
import { readRunbooks } from "./runbook/read-runbooks.js";
import { Secret } from "./secret.js";
import { parseText, SAMPLE_SECRETS, sampleOptions } from "./testing/sample-registry.js";

const secret = z.instanceof(Secret).meta({ secret: true });
const registry = {
  ...sampleOptions,
  remediatorTypes: { lab: { settings: z.strictObject({ folder: z.string().meta({ relativeToFile: true }) }) } },
  fleetTypes: { lab: { settings: z.strictObject({}) } },
  runbookHost: {
    settings: z.strictObject({ allowShell: z.boolean().default(false), redact: z.array(secret).default([]) }),
  },
  deadMan: { settings: z.strictObject({ url: secret }) },
};

const CONFIG = `version: 1
runbooks: [runbooks, /etc/plimsoll/disk.yaml]
runbookHost: { allowShell: true, redact: ["\${env:PLIMSOLL_TOKEN}"] }
remediators:
  shop: { type: lab, folder: .lab }
fleets:
  shop: { type: lab }
deadMan: { url: "\${env:SLACK_WEBHOOK_URL}", every: 5m }
delivery: { throttle: { messages: 5, per: 30s } }
`;

function taken(text: string): PlimsollConfig {
  const parsed = parseConfig([{ name: "conf/plimsoll.yaml", text }], registry);
  if (!parsed.ok) throw new Error(formatIssues(parsed.error, { color: false }));
  return parsed.value;
}

function refused(text: string) {
  const parsed = parseConfig([{ name: "conf/plimsoll.yaml", text }], registry);
  if (parsed.ok) throw new Error("it was taken");
  return parsed.error.map(({ code, path, line, column, message, fix }) => [
    code,
    `${path} ${line}:${column}`,
    message,
    fix,
  ]);
}

describe("what runbooks work with", () => {
  const config = taken(CONFIG);

  it("is read by the schemas that the program brings, paths beside the file", () => {
    expect(config.runbookPaths).toEqual(["conf/runbooks", "/etc/plimsoll/disk.yaml"]);
    expect(config.remediators).toEqual([{ name: "shop", type: "lab", settings: { folder: "conf/.lab" } }]);
    expect(config.fleets).toEqual([{ name: "shop", type: "lab", settings: {} }]);
    expect(config.runbookHost).toMatchObject({ allowShell: true });
    expect(config.deadMan?.everyMs).toBe(300_000);
    const watch = config.deadMan?.settings as { readonly url: Secret } | undefined;
    expect(watch?.url.reveal()).toBe(SAMPLE_SECRETS["SLACK_WEBHOOK_URL"]);
    expect(config.throttle).toEqual({ messages: 5, perMs: 30_000 });
    for (const value of Object.values(SAMPLE_SECRETS)) expect(JSON.stringify(config)).not.toContain(value);
  });

  it("lets the engine act by itself only where that is written, and as often as it says", () => {
    expect(config).not.toHaveProperty("automation");
    const written = (text: string) => taken(`version: 1\nautomation: ${text}\n`).automation;
    expect(written("{}")).toEqual({ mode: "observe", attemptsPerDay: 3 });
    expect(written("{ mode: act }")).toEqual({ mode: "act", attemptsPerDay: 3 });
    expect(written("{ mode: act, attemptsPerDay: 1 }")).toEqual({ mode: "act", attemptsPerDay: 1 });
    for (const wrong of ["{ mode: on }", "{ mode: act, attemptsPerDay: 0 }", "act", "{ mod: act }"]) {
      expect(refused(`version: 1\nautomation: ${wrong}\n`)).toHaveLength(1);
    }
  });

  it("has the defaults that are documented", () => {
    const {
      deadMan,
      delivery: _delivery,
      ...plain
    } = taken(
      'version: 1\nrunbooks: books\ndeadMan: { url: "${env:SLACK_WEBHOOK_URL}" }\ndelivery: {}\n',
    ) as PlimsollConfig & { readonly delivery?: unknown };
    expect(deadMan?.everyMs).toBe(60_000);
    expect(plain.runbookPaths).toEqual(["conf/books"]);
    expect(plain).not.toHaveProperty("throttle");
    expect(plain).not.toHaveProperty("runbookHost");
    expect(taken("version: 1\n")).not.toHaveProperty("deadMan");
  });

  it.each([
    ["type: lab, folder", "type: lap, folder", "unknown-type", "remediators.shop.type 5:17", "Did you mean `lab`?"],
    [
      "shop: { type: lab }",
      "shop: { type: lab, at: x }",
      "unknown-key",
      "fleets.shop.at 7:22",
      "Remove it, or correct its name.",
    ],
    ["allowShell", "allowshell", "unknown-key", "runbookHost.allowshell 3:16", "Did you mean `allowShell`?"],
    ["every: 5m", "every: 30s", "invalid-value", "deadMan.every 8:52", "Write a duration from 1m to 1d, such as `1m`."],
    [
      "messages: 5",
      "messages: 0",
      "invalid-value",
      "delivery.throttle.messages 9:35",
      "Write a whole number from 1 to 10000.",
    ],
    [
      "[runbooks, /etc/plimsoll/disk.yaml]",
      "[]",
      "invalid-value",
      "runbooks 2:11",
      "Write a path such as `runbooks`, or a list of paths.",
    ],
  ])("is told at its place: %s as %s", (...[part, other, code, place, fix]) => {
    expect(CONFIG).toContain(part);
    expect(refused(CONFIG.replace(part, other)).map(([found, at, , todo]) => [found, at, todo])).toEqual([
      [code, place, fix],
    ]);
  });

  it("keeps its secrets out of the file", () => {
    expect(refused(CONFIG.replace('"${env:PLIMSOLL_TOKEN}"', "abcdefghijkl")).map(([code, at]) => [code, at])).toEqual([
      ["secret-in-plain-text", "runbookHost.redact[0] 3:43"],
    ]);
    const url = "https://watch.example/t0ken-of-somebody";
    const plain = parseConfig([{ name: "p.yaml", text: `version: 1\ndeadMan: { url: "${url}" }\n` }], registry);
    expect(JSON.stringify(plain)).not.toContain("t0ken");
    expect(plain.ok).toBe(false);
  });

  it("is nothing for a program that has none of it", () => {
    const parsed = parseText(CONFIG);
    expect(parsed.ok ? [] : parsed.error.map(({ path, message, fix }) => [path, message, fix])).toEqual([
      ["runbookHost", "This program has nothing that `runbookHost` is for.", "Remove it."],
      [
        "remediators.shop.type",
        'There is no remediator type "lab".',
        "Name the module that brings it with `--adapters`.",
      ],
      ["fleets.shop.type", 'There is no fleet type "lab".', "Name the module that brings it with `--adapters`."],
      ["deadMan", "This program has nothing that `deadMan` is for.", "Remove it."],
    ]);
  });

  it("is in the JSON Schema with the program's keys", () => {
    const { properties } = configJsonSchema(registry) as { readonly properties: Record<string, object> };
    expect(properties["runbookHost"]).toMatchObject({
      additionalProperties: false,
      properties: { allowShell: { type: "boolean" } },
    });
    expect(properties["deadMan"]).toMatchObject({ properties: { url: { type: "string" }, every: {} } });
    expect(properties["remediators"]).toMatchObject({
      additionalProperties: { properties: { type: { const: "lab" }, folder: {} } },
    });
  });
});

describe("runbooks", () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-runbooks-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const book = (id: string) => `version: 1
runbook: ${id}
title: ${id}
owner: ops
level: 1
steps:
  - { id: look, title: Look, do: { manual: Look. } }
`;

  it("are read from folders and from files, each once", async () => {
    mkdirSync(join(folder, "books"));
    writeFileSync(join(folder, "books", "a.yaml"), book("a"));
    writeFileSync(join(folder, "b.yaml"), book("b"));
    const read = await readRunbooks([join(folder, "books"), join(folder, "b.yaml"), join(folder, "books", "a.yaml")]);
    expect(read.ok ? read.value.map(({ runbook }) => runbook.id) : read.error).toEqual(["a", "b"]);
  });

  it("are told about with all that is wrong", async () => {
    writeFileSync(join(folder, "b.yaml"), book("b").replace("level: 1", "level: 9"));
    const read = await readRunbooks([join(folder, "b.yaml"), join(folder, "none")]);
    expect(read.ok ? [] : read.error.map(({ code, file }) => [code, file])).toEqual([
      ["unreadable-file", join(folder, "none")],
    ]);
    const wrong = await readRunbooks([join(folder, "b.yaml")]);
    expect(wrong.ok ? [] : wrong.error.map(({ path, line }) => [path, line])).toEqual([["level", 5]]);
  });
});
