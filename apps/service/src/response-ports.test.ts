import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatIssues, parseConfig } from "@plimsoll/config";
import { success, type DeadManOutcome } from "@plimsoll/core";
import { createManualClock } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";
import { joinAdapters, registryWith } from "./adapter-types.js";
import { atMostEvery, responsePorts, runbooksOf } from "./response-ports.js";

describe("a dead-man ping that goes out only so often", () => {
  const open = (outcomes: readonly DeadManOutcome[]) => {
    let pings = 0;
    const clock = createManualClock("2026-11-21T10:00:00Z");
    const ping = async (): Promise<DeadManOutcome> => outcomes[pings++] ?? { kind: "pinged" };
    return { clock, deadMan: atMostEvery({ ping }, 300_000, clock), pings: () => pings };
  };

  it("says in between what came of the last one", async () => {
    const { clock, deadMan, pings } = open([{ kind: "pinged" }]);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    clock.advance(289_999);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    expect(pings()).toBe(1);
    clock.advance(1);
    await deadMan.ping();
    expect(pings()).toBe(2);
  });

  it("is tried again at once where it did not arrive", async () => {
    const failed: DeadManOutcome = { kind: "failed", retryable: true, reason: "away" };
    const { deadMan, pings } = open([failed, { kind: "pinged" }]);
    expect(await deadMan.ping()).toEqual(failed);
    expect(await deadMan.ping()).toEqual({ kind: "pinged" });
    expect(pings()).toBe(2);
  });
});

describe("runbooks of a configuration", () => {
  it("that can not be used are told by their first problem", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-runbooks-"));
    const file = join(folder, "disk.yaml");
    writeFileSync(file, "version: 1\nrunbook: disk\nlevel: 9\n");
    await expect(runbooksOf({ runbookPaths: [file] })).rejects.toMatchObject({
      code: "runbooks-invalid",
      message: expect.stringContaining(`${file}:1:1: `) as unknown,
    });
    await expect(runbooksOf({ runbookPaths: [join(folder, "none")] })).rejects.toThrow(
      "There is no such file or folder.",
    );
    rmSync(folder, { recursive: true, force: true });
    expect(await runbooksOf({ runbookPaths: [] })).toEqual({ runbooks: new Map(), rehearsals: new Map() });
  });
});

describe("what the steps of runbooks may use", () => {
  const parse = (text: string) =>
    parseConfig([{ name: "plimsoll.yaml", text: `version: 1\nrunbooks: books\n${text}` }], {
      ...registryWith([]),
      readSecret: () => success("a-token-that-is-long"),
    });

  it("is read with its secrets as references, and made into a step runner", async () => {
    const config = parse(`
runbookHost:
  secretHeaders:
    deploys: { origins: [https://deploys.example], headers: { authorization: "\${env:DEPLOY_TOKEN}" } }
  redact: ["\${env:OTHER}"]
deadMan: { url: "https://watch.example/\${env:WATCH}" }
`);
    if (!config.ok) throw new Error(formatIssues(config.error, { color: false }));
    expect(JSON.stringify(config.value)).not.toContain("a-token");
    const ports = responsePorts(config.value, joinAdapters([]), createManualClock("2026-11-21T10:00:00Z"));
    const call = {
      method: "GET",
      url: "https://elsewhere.example/",
      headers: {},
      secretHeaders: "deploys",
      expect: [],
    };
    const check = { kind: "http", call } as never;
    expect(await ports.stepRunner?.check({ check, timeoutMs: 1_000 })).toEqual({
      verdict: "unknown",
      saw: "the secret headers deploys are not for https://elsewhere.example",
    });
    expect(ports.deadMan).toBeDefined();
  });

  it("is refused in plain text, and where a key is not known", () => {
    const of = (text: string) => {
      const config = parse(text);
      return config.ok ? [] : config.error.map(({ code, path, line, column }) => [code, path, line, column]);
    };
    const headers = "runbookHost: { secretHeaders: { a: { origins: [https://a.example], headers: { x: abcdefgh } } } }";
    expect(of(headers)).toEqual([["secret-in-plain-text", "runbookHost.secretHeaders.a.headers.x", 3, 82]]);
    expect(of("runbookHost: { allowShel: true }")).toEqual([["unknown-key", "runbookHost.allowShel", 3, 16]]);
    expect(of("deadMan: { every: 1m }")).toEqual([["missing-key", "deadMan.url", 3, 1]]);
  });

  it("is nothing where there are no runbooks", () => {
    const config = parseConfig([{ name: "p.yaml", text: "version: 1\n" }], {
      ...registryWith([]),
      readSecret: () => success(""),
    });
    if (!config.ok) throw new Error("refused");
    const ports = responsePorts(config.value, joinAdapters([]), createManualClock("2026-11-21T10:00:00Z"));
    expect(ports).toEqual({ remediators: {}, fleets: {} });
  });
});
