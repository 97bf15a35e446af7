import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  actionListSchema,
  INCIDENT_BODIES,
  incidentExplanationSchema,
  incidentMetricsSchema,
  postmortemSchema,
} from "@plimsoll/service/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../command-line/command-table.js";
import { renderCompletion } from "../command-line/render-completion.js";
import { run } from "../run.js";
import { createFakeIo } from "../testing/fake-io.js";
import { startFakeService, type FakeService } from "../testing/fake-service.js";
import { actionItems, explanation, incidentMetrics, postmortem } from "../testing/incident-answers.js";

let service: FakeService;
let folder: string;
beforeAll(async () => {
  service = await startFakeService();
  folder = mkdtempSync(join(tmpdir(), "plimsoll-incident-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service.close();
});
beforeEach(() => {
  service.written.splice(0);
  service.asked.splice(0);
});

async function plimsoll(...words: readonly string[]) {
  const io = createFakeIo({ env: { USER: "ana", PLIMSOLL_TOKEN: "sesame" } });
  const code = await run(["incident", ...words, "--address", service.address], io);
  return { code, ...io.written };
}

it("has recorded answers that the API's schemas accept", () => {
  incidentMetricsSchema.parse(incidentMetrics);
  actionListSchema.parse(actionItems);
  incidentExplanationSchema.parse(explanation);
  postmortemSchema.parse(postmortem);
});

describe("completion in bash", () => {
  const offered = (script: string, words: readonly string[]): readonly string[] => {
    const program = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length - 1}\n_plimsoll\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", program], { encoding: "utf8" }).trim().split("\n");
  };

  it.each([
    [["incident", "ro"], ["role"]],
    [
      ["incident", "role", ""],
      ["assign", "hand-over", "release"],
    ],
    [["incident", "role", "assign", "INC-001", "--exp"], ["--expect"]],
    [["incident", "note", "--out"], ["--output"]],
    [
      ["incident", "list", "--severity", ""],
      ["SEV1", "SEV2", "SEV3", "SEV4"],
    ],
    [["completion", "b"], ["bash"]],
  ])("offers after %j what may come next", (words, expected) => {
    const script = renderCompletion("bash", COMMANDS);
    expect(offered(script, ["plimsoll", ...words])).toEqual(expected);
  });
});

type Row = readonly [
  words: readonly string[],
  verb: string,
  schema: keyof typeof INCIDENT_BODIES,
  body: Readonly<Record<string, unknown>>,
];
const ID = "INC-001";
const WRITES: readonly Row[] = [
  [["acknowledge", ID], "acknowledge", "plain", {}],
  [["unacknowledge", ID, "--reason", "x"], "unacknowledge", "reason", { reason: "x" }],
  [["mitigate", ID, "back"], "start-mitigation", "text", { text: "back" }],
  [["mitigated", ID, "done"], "confirm-mitigation", "text", { text: "done" }],
  [["severity", ID, "SEV1", "--reason", "x"], "change-severity", "change-severity", { severity: "SEV1", reason: "x" }],
  [["note", ID, "seen"], "note", "text", { text: "seen" }],
  [["reopen", ID, "--reason", "x"], "reopen", "reason", { reason: "x" }],
  [["close", ID], "close", "close", {}],
  [["close", ID, "--reason", "x"], "close", "close", { reason: "x" }],
  [["update", ID, "t"], "update-status", "update-status", { audience: "stakeholders", text: "t" }],
  [["update", ID, "t", "--audience", "public"], "update-status", "update-status", { audience: "public", text: "t" }],
  [["escalate", ID, "--reason", "x"], "escalate", "reason", { reason: "x" }],
  [["confirm", ID], "confirm", "plain", {}],
  [["resume", ID], "resume", "plain", {}],
  [["role", "assign", ID, "scribe", "eve"], "assign-role", "assign-role", { role: "scribe", person: "eve" }],
  [
    ["role", "hand-over", ID, "responder", "ben", "--handed-over", "all", "--from", "eve"],
    "hand-over",
    "hand-over",
    { role: "responder", to: "ben", handedOver: "all", from: "eve" },
  ],
  [
    ["role", "release", ID, "scribe", "eve", "--reason", "x"],
    "release-role",
    "release-role",
    { role: "scribe", person: "eve", reason: "x" },
  ],
  [
    ["link", ID, "change", "deploy-7", "--relation", "after"],
    "link",
    "link",
    { kind: "change", id: "deploy-7", relation: "after" },
  ],
  [["unlink", ID, "change", "deploy-7"], "unlink", "unlink", { kind: "change", id: "deploy-7" }],
  [["merge", ID, "INC-002", "--reason", "x"], "merge", "merge", { into: "INC-002", reason: "x" }],
  [
    ["split", ID, "Part", "--severity", "SEV3", "--alert", "a", "--alert", "b", "--service", "s", "--reason", "x"],
    "split",
    "split",
    { title: "Part", severity: "SEV3", keys: ["a", "b"], service: "s", reason: "x" },
  ],
  [
    ["action", "add", ID, "Test", "--owner", "ben", "--priority", "P0", "--due", "2026-12-01T13:00:00+01:00"],
    "add-action",
    "add-action",
    { title: "Test", owner: "ben", priority: "P0", due: "2026-12-01T12:00:00.000Z" },
  ],
  [
    ["action", "change", ID, "A1", "--title", "T", "--owner", "o", "--priority", "P1", "--reason", "x"],
    "change-action",
    "change-action",
    { actionId: "A1", title: "T", owner: "o", priority: "P1", reason: "x" },
  ],
  [
    ["action", "complete", ID, "A1", "--outcome", "ok"],
    "complete-action",
    "complete-action",
    { actionId: "A1", outcome: "ok" },
  ],
  [["action", "drop", ID, "A1", "--reason", "x"], "drop-action", "drop-action", { actionId: "A1", reason: "x" }],
  [
    ["postmortem", "edit", ID, "why", "--text", "A *test*."],
    "edit-postmortem",
    "edit-postmortem",
    { section: "why", text: "A *test*." },
  ],
  [["postmortem", "restore", ID, "why"], "restore-postmortem", "restore-postmortem", { section: "why" }],
  [
    ["postmortem", "review", ID, "approved", "--comment", "good"],
    "review-postmortem",
    "review-postmortem",
    { status: "approved", comment: "good" },
  ],
];

describe("what people ask of an incident", () => {
  it.each(WRITES)("%j is sent as %s", async (words, verb, schema, body) => {
    const { code, err } = await plimsoll(...words);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(service.written).toEqual([
      { request: `POST /api/v1/incidents/${ID}/${verb}`, token: "Bearer sesame", body: { ...body, by: "ana" } },
    ]);
    expect(INCIDENT_BODIES[schema].safeParse(service.written[0]?.body).error).toBeUndefined();
  });

  it("has a row here for every command that writes", () => {
    const tried = new Set(
      [...WRITES.map(([words]) => words), ["declare"], ["resolve"], ["pause"]].map((words) => words[0]),
    );
    const writes = COMMANDS.filter(
      ({ options, path }) => path[0] === "incident" && options.some(({ name }) => name === "key"),
    );
    expect(writes.map(({ path }) => path[1]).filter((word) => !tried.has(word))).toEqual([]);
    expect(writes.length).toBe(new Set(WRITES.map(([, verb]) => verb)).size + 3);
  });

  it("may be declared, with when it began", async () => {
    const words = ["declare", "Nobody can pay", "--service", "payments", "--severity", "SEV1"];
    expect((await plimsoll(...words, "--started", "2026-11-21T01:00:00Z")).code).toBe(0);
    const body = {
      title: "Nobody can pay",
      service: "payments",
      severity: "SEV1",
      startedAt: "2026-11-21T01:00:00.000Z",
    };
    expect(service.written).toMatchObject([{ request: "POST /api/v1/incidents", body: { ...body, by: "ana" } }]);
    expect(INCIDENT_BODIES.declare.safeParse(service.written[0]?.body).error).toBeUndefined();
  });

  it("may wait for a time from now", async () => {
    vi.setSystemTime("2026-11-21T10:00:00Z");
    await plimsoll("pause", ID, "--for", "30m", "--reason", "in the call");
    vi.useRealTimers();
    expect(service.written[0]?.body).toEqual({ until: "2026-11-21T10:30:00.000Z", reason: "in the call", by: "ana" });
  });

  it("may wait until an instant, and is asked the same each time under a key", async () => {
    const words = ["pause", ID, "--until", "2026-11-21T10:30:00Z", "--reason", "x", "--key", "k-1"];
    expect([await plimsoll(...words), await plimsoll(...words)]).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(service.written[0]).toMatchObject({ key: "k-1", body: { until: "2026-11-21T10:30:00.000Z" } });
    expect(service.written[1]).toEqual(service.written[0]);
  });

  it("may be asked once, and at one version", async () => {
    await plimsoll("note", ID, "x", "--expect", "7", "--key", "k-1");
    expect(service.written).toMatchObject([{ key: "k-1", body: { text: "x", expectedVersion: 7 } }]);
  });

  it("takes a section of the postmortem from a file", async () => {
    const path = join(folder, "why.md");
    writeFileSync(path, "Because.\n");
    await plimsoll("postmortem", "edit", ID, "why", "--file", path);
    expect(service.written[0]?.body).toMatchObject({ section: "why", text: "Because.\n" });
  });

  it("says what came of it", async () => {
    expect((await plimsoll("split", ID, "P", "--severity", "SEV3", "--reason", "x")).out).toMatch(
      /; a part of it is INC-002 now\n$/,
    );
    expect((await plimsoll("merge", ID, "INC-002", "--reason", "x")).out).toMatch(
      /^INC-001 is closed \(SEV2\), merged into INC-002: /,
    );
  });

  it.each([
    [["declare", "x", "--severity", "SEV1"], "--service is missing: say which service it is about."],
    [["declare", "x", "--service", "s", "--severity", "SEV1", "--expect", "1"], 'has no option "--expect"'],
    [["role"], ""],
    [
      ["role", "asign", ID, "scribe", "eve"],
      'There is no command "incident role asign"; incident role has assign, hand-over, release. Did you mean assign?',
    ],
    [["role", "assign", ID, "boss", "eve"], '<role>: "boss" is none of commander, communications, scribe, responder.'],
    [["note", ID, "x", "--expect", "1.5"], "--expect: 1.5 is no version"],
    [["pause", ID, "--for", "30m", "--reason", "x", "--key", "k"], "With --key give --until"],
    [["note", ID, "x", "--key", "a b"], "--key: give 1 to 128 visible ASCII characters"],
    [["action", "add", ID, "x", "--owner", "o", "--priority", "P0", "--due", "soon"], '--due: "soon" is no instant'],
    [["postmortem", "edit", ID, "why"], "Give either --text or --file."],
    [["postmortem", "edit", ID, "why", "--file", "/nowhere/at/all"], "cannot be read (ENOENT)"],
  ])("refuses %j", async (words, problem) => {
    const { code, err } = await plimsoll(...words);
    expect([code, service.written]).toEqual([2, []]);
    expect(err).toContain(problem);
  });
});

describe("what is read about incidents", () => {
  it.each([
    [
      ["list", "--status", "declared", "--severity", "SEV2", "--service", "payments"],
      "/api/v1/incidents?status=declared&severity=SEV2&service=payments",
    ],
    [
      [
        "metrics",
        "--from",
        "2026-11-01T00:00:00Z",
        "--period",
        "week",
        "--service",
        "a",
        "--service",
        "b",
        "--severity",
        "SEV1",
      ],
      "/api/v1/incidents/metrics?from=2026-11-01T00%3A00%3A00.000Z&period=week&service=a&service=b&severity=SEV1",
    ],
    [["action", "list", "--status", "overdue", "--owner", "ana"], "/api/v1/action-items?status=overdue&owner=ana"],
  ])("%j asks for %s", async (words, path) => {
    expect((await plimsoll(...words)).code).toBe(0);
    expect(service.asked).toEqual([path]);
  });

  it.each([
    [["explain", ID], explanation],
    [["metrics"], incidentMetrics],
    [["action", "list"], actionItems],
    [["postmortem", "show", ID], postmortem],
  ])("%j gives the API's body as JSON", async (words, body) => {
    const { code, err, out } = await plimsoll(...words, "--output", "json");
    expect({ code, err, body: JSON.parse(out) as unknown }).toEqual({ code: 0, err: "", body });
  });

  it("is aligned as text, and cannot form Markdown of its own", async () => {
    expect((await plimsoll("metrics")).out).toMatch(/^all +2 +- +1 min 30 s \/ 2 min +- +1 h \/ 1 h$/m);
    const explained = (await plimsoll("explain", ID)).out;
    expect(explained).toMatch(/^page-30m +burn-rate +fires +15\.4x over 30 min$/m);
    expect(explained).toMatch(
      / payments-availability\/burn was routed:\n {2}2026-11-21T01:58:00\.024Z it took the route root\n$/,
    );
    expect((await plimsoll("action", "list")).out).toMatch(/A1 +P0 +open, overdue by 1 d, blocks readiness/);
    expect((await plimsoll("action", "list", "-o", "markdown")).out).toContain("Test the \\| rollback");
    expect((await plimsoll("metrics", "-o", "markdown")).out).toContain("1 merged into others, and not counted");
    expect((await plimsoll("explain", ID, "-o", "markdown")).out).toMatch(/^## /);
    expect((await plimsoll("show", ID)).out).toMatch(/^ {2}version +2$/m);
  });

  it("is not a postmortem while the incident is open", async () => {
    expect(await plimsoll("postmortem", "show", ID)).toMatchObject({ code: 3, out: "" });
  });

  it("is a case, on standard output or in a file that was not there", async () => {
    const { out } = await plimsoll("export-case", ID);
    expect(JSON.parse(out)).toMatchObject({ name: "regression-INC-001" });
    const path = join(folder, "case.json");
    expect(await plimsoll("export-case", ID, "--to", path)).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(path, "utf8")).toBe(out);
    const again = await plimsoll("export-case", ID, "--to", path);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining("cannot be written (EEXIST)")]);
  });

  it("names the nearest ids to one that is not there", async () => {
    expect((await plimsoll("explain", "INC-002")).err).toContain("There is no incident");
  });
});
