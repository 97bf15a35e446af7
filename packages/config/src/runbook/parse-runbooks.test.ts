import { readdirSync, readFileSync } from "node:fs";
import { lintRunbook, rehearseRunbook } from "@plimsoll/core";
import { describe, expect, it } from "vitest";
import { parseRunbooks } from "./parse-runbooks.js";
import { runbookJsonSchema } from "./runbook-json-schema.js";

const EXAMPLES = new URL("../../../../examples/runbooks/runbooks/", import.meta.url);
const HEAD = "version: 1\nrunbook: one\ntitle: One\nlevel: 3\n";

function issuesOf(...texts: readonly string[]): readonly string[] {
  const parsed = parseRunbooks(texts.map((text, index) => ({ name: `${index + 1}.yaml`, text })));
  return parsed.ok ? [] : parsed.error.map(({ column, file, line, message }) => `${file}:${line}:${column} ${message}`);
}

function step(text: string): string {
  return `${HEAD}steps:\n  - id: a\n    title: A\n${text.replace(/^/gm, "    ")}\n`;
}

function only(text: string) {
  const parsed = parseRunbooks([{ name: "1.yaml", text }]);
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join("\n"));
  const [first] = parsed.value;
  if (first === undefined) throw new Error("no runbook");
  return first;
}

describe("a runbook in a file", () => {
  it("is read with its defaults", () => {
    const { rehearsals, runbook } = only(step("do: { command: [ls, 7] }"));
    expect({ rehearsals, runbook }).toEqual({
      rehearsals: [],
      runbook: {
        id: "one",
        title: "One",
        level: 3,
        symptoms: [],
        links: [],
        maximumAgeMs: 90 * 86_400_000,
        parameters: {},
        steps: [
          {
            id: "a",
            title: "A",
            action: { kind: "command", call: { arguments: ["ls", "7"], shell: false, environment: [] } },
            approval: false,
            timeoutMs: 60_000,
            retry: { attempts: 1, delayMs: 0 },
            risk: "caution",
          },
        ],
      },
    });
  });

  it("is read with everything that it says", () => {
    const { runbook } = only(
      step(
        [
          "do: { http: { url: 'http://x.example', body: { a: [1] }, headers: { x: y }, secretHeaders: shop } }",
          "onlyIf: { not: { http: { method: HEAD, url: 'http://x.example', status: [200, 301-302] } } }",
          "verify: { check: { http: { url: 'http://x.example', includes: up, json: { path: a.b, below: 1 } } }, within: 1m, every: 1s }",
          "undo: { command: { run: [a b], shell: true, environment: [PATH], directory: / } }",
          "approval: true",
          "timeout: 5s",
          "retry: { attempts: 3, delay: 2s }",
          "risk: dangerous",
        ].join("\n"),
      ),
    );
    const call = { url: "http://x.example", headers: {} };
    const listed = [{ from: 200, to: 299 }];
    expect(runbook.steps[0]).toEqual({
      id: "a",
      title: "A",
      action: {
        kind: "http",
        call: { ...call, method: "POST", headers: { x: "y" }, secretHeaders: "shop", body: { a: [1] }, status: listed },
      },
      precondition: {
        kind: "not",
        check: {
          kind: "http",
          call: {
            ...call,
            method: "HEAD",
            status: [
              { from: 200, to: 200 },
              { from: 301, to: 302 },
            ],
          },
        },
      },
      verify: {
        check: {
          kind: "http",
          call: { ...call, method: "GET", status: listed },
          includes: "up",
          json: { path: "a.b", below: 1 },
        },
        withinMs: 60_000,
        everyMs: 1_000,
      },
      compensation: {
        kind: "command",
        call: { arguments: ["a b"], shell: true, environment: ["PATH"], directory: "/" },
      },
      approval: true,
      timeoutMs: 5_000,
      retry: { attempts: 3, delayMs: 2_000 },
      risk: "dangerous",
    });
  });

  it("names the line and the column of what is wrong, and goes on checking", () => {
    expect(issuesOf(step("do: { commnd: [ls] }\ntimeout: 5"), `${HEAD}level: 9\n`)).toEqual([
      "1.yaml:8:9 It says nothing of what.",
      "1.yaml:8:11 The key `commnd` is not known here.",
      "1.yaml:9:14 This is 5.",
      "2.yaml:1:1 `steps` is missing.",
      "2.yaml:5:1 The key `level` stands twice in one map.",
    ]);
  });

  it("does one thing in a step", () => {
    expect(issuesOf(step("do: { command: [ls], manual: Look. }"))).toEqual([
      "1.yaml:8:9 It says command and manual at once.",
    ]);
    expect(issuesOf(step("do: {}"))).toEqual(["1.yaml:8:9 It says nothing of what."]);
  });

  it("has each name once, in the file and in all files", () => {
    const twice = `${step("do: { manual: Look. }")}  - { id: a, title: B, do: { manual: Look. } }\n`;
    expect(issuesOf(twice)).toEqual([expect.stringContaining("1.yaml:9:11 `a` stands twice")]);
    const one = step("do: { manual: Look. }");
    expect(issuesOf(one, one)).toEqual([expect.stringContaining("2.yaml:2:10 `one` stands twice")]);
  });

  it("has an undo that fits its action, and verifies no waiting twice", () => {
    expect(issuesOf(step("do: { command: [ls] }\nundo: remediator"))).toEqual([
      "1.yaml:9:11 Only what a remediator did has an undo of its own.",
    ]);
    const wait = "{ check: { slo: a }, within: 1m }";
    expect(issuesOf(step(`do: { wait: ${wait} }\nverify: ${wait}`))).toEqual([
      "1.yaml:9:13 A step that waits is verified by what it waits for.",
    ]);
  });

  it("tries a program again only on the codes that it names", () => {
    const retry = "retry: { attempts: 2, delay: 1s }";
    const named = "do: { command: { run: [ls], retryOn: [69, 75] } }";
    const [first] = only(step(`${named}\n${retry}`)).runbook.steps;
    expect(first?.action).toEqual({
      kind: "command",
      call: { arguments: ["ls"], shell: false, environment: [], retryOn: [69, 75] },
    });
    expect(issuesOf(step(`do: { command: [ls] }\n${retry}`))).toEqual([
      "1.yaml:9:12 A program that fails is tried again only where it ends with a code that is named.",
    ]);
    const one = "It names codes that are worth another attempt, and has but one attempt.";
    expect(issuesOf(step(named))).toEqual([`1.yaml:8:9 ${one}`]);
    expect(issuesOf(step(`${named}\nretry: { attempts: 1, delay: 1s }`))).toEqual([`1.yaml:8:9 ${one}`]);
    const undo = "undo: { command: { run: [ls], retryOn: [75] } }";
    expect(issuesOf(step(`do: { manual: Look. }\n${undo}`))).toEqual([`1.yaml:9:11 ${one}`]);
    expect(issuesOf(step(`do: { http: { url: "http://x.example" } }\n${undo}\n${retry}`))).toEqual([]);
    expect(issuesOf(step(`do: { command: [ls] }\nretry: { attempts: 1, delay: 1s }`))).toEqual([]);
    for (const codes of ["[]", "[0]", "[256]", "75"]) {
      expect(issuesOf(step(`do: { command: { run: [ls], retryOn: ${codes} } }\n${retry}`))).toHaveLength(1);
    }
    expect(issuesOf(step("do: { manual: Look. }\nonlyIf: { command: { run: [ls], retryOn: [75] } }"))).toHaveLength(1);
  });

  it("states days and statuses that there are", () => {
    const issues = issuesOf(`${step("do: { http: { url: x, status: [700] } }")}lastRehearsal: 2026-02-30\n`);
    expect(issues).toEqual([
      expect.stringContaining("`700` is no HTTP status."),
      expect.stringContaining("`2026-02-30` is no day."),
    ]);
  });

  it("has a JSON Schema for editors", () => {
    const schema = JSON.stringify(runbookJsonSchema());
    expect(schema).toContain('"runbooks/*.yaml"');
    expect(schema).toContain("lastRehearsal");
    expect(schema).not.toContain('"expected"');
  });
});

describe("the runbooks of the examples", () => {
  const files = readdirSync(EXAMPLES).map((name) => ({ name, text: readFileSync(new URL(name, EXAMPLES), "utf8") }));
  const parsed = parseRunbooks(files);
  const books = parsed.ok ? parsed.value : [];
  const library = new Map(books.map(({ runbook }) => [runbook.id, runbook]));

  it("are six, and without a fault", async () => {
    expect(parsed.ok ? [] : parsed.error).toEqual([]);
    expect([...library.keys()]).toEqual([
      "bad-deploy",
      "expiring-certificate",
      "full-disk",
      "high-latency",
      "memory-leak",
      "provider-outage",
    ]);
    const named = { remediators: new Set(["lab"]), fleets: new Set(["lab"]) };
    for (const { runbook } of books) {
      expect(await lintRunbook(runbook, { nowMs: runbook.lastRehearsedMs ?? 0, library, ...named })).toEqual([]);
    }
  });

  it.each(
    books.flatMap(({ rehearsals, runbook }) => rehearsals.map((one) => [runbook.id, one.name, runbook, one] as const)),
  )("pass their rehearsals: %s, %s", (_id, _name, runbook, rehearsal) => {
    const outcome = rehearseRunbook(runbook, rehearsal, library);
    expect(outcome.ok ? outcome.value.differences : outcome.error).toEqual([]);
  });
});
