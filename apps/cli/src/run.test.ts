import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { incidentDetailSchema, incidentListSchema, sloHistorySchema, sloStatusSchema } from "@plimsoll/service/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COMMANDS } from "./command-line/command-table.js";
import { run } from "./run.js";
import { healthy, history, incident, incidents, paging } from "./testing/answers.js";
import { createFakeIo, type FakeIo } from "./testing/fake-io.js";
import { startFakeService, type FakeService } from "./testing/fake-service.js";

const ESCAPE = "\u001b[";
let folder: string;
let service: FakeService;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-cli-"));
  service = await startFakeService();
});
afterEach(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

async function plimsoll(
  words: readonly string[],
  io: FakeIo = createFakeIo(),
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const code = await run(words, io);
  return { code, ...io.written };
}
const asking = (...words: string[]) => plimsoll([...words, "--address", service.address]);

it("has recorded answers that the API's schemas accept", () => {
  for (const slo of [paging, healthy]) sloStatusSchema.parse(slo);
  sloHistorySchema.parse(history);
  incidentListSchema.parse(incidents);
  incidentDetailSchema.parse(incident);
});

describe("what it says of itself", () => {
  it("shows every command in its help", async () => {
    const { code, out } = await plimsoll(["--help"]);
    expect(code).toBe(0);
    for (const { path } of COMMANDS) expect(out).toContain(`  ${path.join(" ")}`);
  });

  it.each(COMMANDS.map(({ path }) => path))("shows the options of %s %s", async (...path) => {
    const { code, err, out } = await plimsoll([...path, "--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Usage: plimsoll ${path.join(" ")}`);
  });

  it.each(COMMANDS.map(({ path }) => path))("names all that may be chosen in the help of %s %s", async (...path) => {
    const { out } = await plimsoll([...path, "--help"]);
    const command = COMMANDS.find((one) => one.path.join(" ") === path.join(" "));
    const chosen = [
      ...(command?.arguments ?? []).map(({ choices, name }) => ({ choices, shown: `  <${name}> ` })),
      ...(command?.options ?? []).map(({ choices, name, value }) => ({ choices, shown: ` --${name} <${value}>` })),
    ];
    for (const { choices = [], shown } of chosen) {
      const line = out.split("\n").find((one) => one.includes(shown));
      for (const choice of choices) expect(line).toContain(choice);
    }
  });

  it("names what may be chosen once, after what it is for", async () => {
    expect((await plimsoll(["gate", "--help"])).out).toMatch(
      /--risk <class> +what kind of change \(routine\); one of routine, risky, chaos, automation, emergency\n/,
    );
    expect((await plimsoll(["gate", "--help"])).out).toMatch(
      /--output <form> +text \(the default\), json or markdown\n/,
    );
    const init = (await plimsoll(["init", "--help"])).out;
    expect(init).toMatch(/--source <type> .*; one of prometheus, scrape, snapshot, probe\n/);
    expect(init).toMatch(/--preset <name> .*; one of google, homelab\n/);
  });

  it.each(["bash", "zsh", "fish"])("completes every command in %s", async (shell) => {
    const { code, out } = await plimsoll(["completion", shell]);
    expect(code).toBe(0);
    for (const { path } of COMMANDS) for (const word of path) expect(out).toContain(word);
  });
});

describe("wrong usage", () => {
  it.each([
    [["serv"], 'There is no command "serv". Did you mean serve or user? See: plimsoll --help'],
    [
      ["lab", "brake"],
      'There is no command "lab brake"; lab has up, down, status, break, heal, deploy, roll-back, scale, route. Did you mean break?',
    ],
    [
      ["slo", "list", "--outptu", "json"],
      'plimsoll slo list has no option "--outptu". Did you mean --output? See: plimsoll slo list --help',
    ],
    [["slo", "list", "--output", "xml"], '--output: "xml" is none of text, json, markdown.'],
    [["slo", "list", "--output"], "--output needs a value: --output <text|json|markdown>."],
    [["slo", "explain"], "plimsoll slo explain needs <id>: the objective. See: plimsoll slo explain --help"],
    [["gate", "now"], 'plimsoll gate takes no argument; "now" is one too many.'],
    [["gate", "--risk", "risky", "--risk", "chaos"], "plimsoll gate: --risk is given 2 times; give it once."],
    [["serve", "--port", "70000"], "--port: 70000 is no port; give a whole number from 0 to 65535."],
    [["lab", "route", "half"], 'share: "half" is not a share. Write it in per cent, such as 40%.'],
    [["lab", "break", "payments"], "Nothing to break. Say at least one of --errors 40%, --latency 800ms, --crash."],
    [["slo", "list", "--address", "nowhere"], '--address: "nowhere" is no address; write it as http://127.0.0.1:4700.'],
    [
      ["slo", "history", "x", "--from", "yesterday"],
      '--from: "yesterday" is no instant; write it as 2026-11-01T00:00:00Z.',
    ],
  ])("is one clear line and code 2: %j", async (words, message) => {
    const config = join(folder, "plimsoll.yaml");
    writeFileSync(config, "version: 1\n");
    const { code, err, out } = await plimsoll(words[0] === "serve" ? [...words, "--config", config] : words);
    expect({ code, err, out }).toEqual({ code: 2, err: `plimsoll: ${message}\n`, out: "" });
  });

  it("shows a group's commands when its verb is missing", async () => {
    const { code, err } = await plimsoll(["slo"]);
    expect(code).toBe(2);
    expect(err).toContain("slo explain <id>");
  });
});

describe("reading from a service", () => {
  it("lists objectives, aligned, without colour where nobody looks", async () => {
    expect(await asking("slo", "list")).toEqual({
      code: 0,
      err: "",
      out: [
        "OBJECTIVE              SERVICE    TARGET   MEASURED  BUDGET                   LEFT  BURN                      STATE",
        `payments-availability  payments  99.95 %  ${measured(paging.sliRatio)}  ░░░░░░░░░░  overspent by 25 %  62.5x of 14.4x in 30 min  pages`,
        `catalog-availability   catalog   99.95 %  ${measured(healthy.sliRatio)}  █████████░               88 %  0.1x of 3x in 1 d         healthy`,
        "",
      ].join("\n"),
    });
  });

  it("colours on a terminal, and not where NO_COLOR is set", async () => {
    const words = ["slo", "list", "--address", service.address];
    expect((await plimsoll(words, createFakeIo({ isTerminal: true }))).out).toContain(ESCAPE);
    expect((await plimsoll(words, createFakeIo({ isTerminal: true, env: { NO_COLOR: "1" } }))).out).not.toContain(
      ESCAPE,
    );
    expect((await plimsoll(words, createFakeIo({ isTerminal: true, env: { TERM: "dumb" } }))).out).not.toContain(
      ESCAPE,
    );
  });

  it.each([
    [["slo", "list"], { at: paging.evaluatedAt, slos: [paging, healthy] }],
    [["slo", "status", "payments-availability"], paging],
    [["slo", "explain", "payments-availability"], paging],
    [["slo", "history", "payments-availability"], history],
    [["incident", "list"], incidents],
    [["incident", "show", "INC-001"], incident],
  ])("gives the API's body as JSON: %j", async (words, body) => {
    const { code, err, out } = await asking(...words, "--output", "json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toEqual(body);
  });

  it("explains in words, with the rules behind them", async () => {
    const { out } = await asking("slo", "explain", "payments-availability");
    expect(out.split("\n")[0]).toBe(paging.explanation);
    expect(out).toMatch(/page-30m +page +14\.4x +1 % +62\.5x in 30 min +565x in 4 min +firing/);
  });

  it.each([
    ["slo", "list"],
    ["slo", "status"],
    ["slo", "explain", "payments-availability"],
    ["slo", "history", "payments-availability"],
    ["gate"],
    ["incident", "list"],
    ["incident", "show", "INC-001"],
  ])("writes Markdown: %s %s", async (...words) => {
    const { err, out } = await asking(...words.filter((word) => word !== undefined), "--output", "markdown");
    expect(err).toBe("");
    expect(out).toMatch(/^(\||##? |\*\*|payments)/);
  });

  it("names the runbooks that fit an incident, with their last rehearsal", async () => {
    const { out } = await asking("incident", "show", "INC-001");
    expect(out).toMatch(/^ +runbook +bad-deploy \(level 3, rehearsed 2026-11-20\): A deploy broke payments$/mu);
  });

  it("asks for the report in the form that is wanted", async () => {
    expect((await asking("slo", "report", "--period", "30d")).out).toBe("Service levels\n");
    expect(service.asked).toContain("/api/v1/report?period=30d&format=text");
  });

  it("names the nearest ids to one that is not there", async () => {
    expect(await asking("slo", "status", "payment-availability")).toMatchObject({
      code: 2,
      err: 'plimsoll: There is no objective "payment-availability". Did you mean payments-availability?\n',
    });
    expect(await asking("incident", "show", "INC-9")).toMatchObject({ code: 2, out: "" });
  });

  it("does not let a text from elsewhere steer the terminal", async () => {
    const { plain } = await import("./present/paint.js");
    expect(plain(`a${ESCAPE}2Jb\nc`)).toBe("a [2Jb c");
  });

  it("says that a postmortem is not there yet, with code 3", async () => {
    expect(await asking("incident", "show", "INC-001", "--postmortem")).toMatchObject({ code: 3, out: "" });
  });
});

it("shows why an incident that is not listed cannot be shown", async () => {
  expect(await asking("incident", "show", "INC-007")).toEqual({
    code: 3,
    out: "",
    err: "plimsoll: Event 1 cannot be read.\n",
  });
});

describe("the gate", () => {
  it.each([
    ["allow", 0],
    ["deny", 1],
    ["unknown", 3],
  ] as const)("ends with its own code when it says %s", async (decision, code) => {
    const gate = await startFakeService(decision);
    const answer = await plimsoll([
      "gate",
      "--service",
      "payments",
      "--service",
      "checkout",
      "--address",
      gate.address,
    ]);
    await gate.close();
    expect(answer).toMatchObject({ code, err: "" });
    expect(answer.out).toContain(`${decision}: a routine change to payments\n`);
    expect(gate.asked).toEqual(["/api/v1/gate?service=payments&service=checkout"]);
  });

  it.each(["an emergency", "an automation", "a chaos"])("speaks of %s change", async (words) => {
    const gate = await startFakeService("deny", words.split(" ")[1]);
    const said = [];
    for (const output of ["text", "markdown"])
      said.push((await plimsoll(["gate", "--output", output, "--address", gate.address])).out);
    await gate.close();
    expect(said[0]).toContain(`deny: ${words} change to payments\n`);
    expect(said[1]).toContain(`**deny**: ${words} change to payments\n`);
  });
});

describe("what is not there", () => {
  it("says that a service does not answer, with code 3", async () => {
    await service.close();
    const { code, err } = await asking("slo", "list");
    expect(code).toBe(3);
    expect(err).toMatch(
      /^plimsoll: The service at http:\/\/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)\. Is it running, and is this its address\?\n$/,
    );
  });

  it("says that there is neither a service nor a storage", async () => {
    const state = join(folder, "state");
    const config = join(folder, "plimsoll.yaml");
    writeFileSync(config, "version: 1\n");
    expect(await plimsoll(["slo", "list", "--state", state, "--config", config])).toMatchObject({
      code: 3,
      err: `plimsoll: No service runs here (looked in ${state}), and nothing is stored yet in ${join(folder, ".plimsoll/data")}. Start one with \`plimsoll serve\`.\n`,
    });
  });

  it("says that no lab runs, with code 3", async () => {
    const { code, err } = await plimsoll(["lab", "status", "--state", join(folder, "lab")]);
    expect(code).toBe(3);
    expect(err).toMatch(/^plimsoll: No lab is running \(looked in .*\)\. Start one with: plimsoll lab up\n$/);
  });
});

describe("configuration", () => {
  const flags = ["--service", "web", "--source", "probe", "--url", "https://example.org/healthz"];

  it("writes a file that validates, and its schema", async () => {
    const path = join(folder, "plimsoll.yaml");
    expect(await plimsoll(["init", path, ...flags])).toMatchObject({ code: 0, out: "" });
    expect(await plimsoll(["validate", path])).toEqual({
      code: 0,
      err: "",
      out: `${path} is valid: 1 SLO, 1 service, 1 source, 1 notifier.\n`,
    });
    expect(JSON.parse(readFileSync(join(folder, "plimsoll.schema.json"), "utf8"))).toHaveProperty("properties.slos");
  });

  it.each([
    ["prometheus", ["--good", 'http_requests_total{code!~"5.."}', "--total", "http_requests_total"]],
    ["prometheus", ["--good", "sum(increase(good[$slice]))", "--total", "sum(increase(all[$slice]))"]],
    [
      "scrape",
      [
        "--url",
        "http://127.0.0.1:9100/metrics",
        "--bad",
        'http_requests_total{code="500"}',
        "--total",
        "http_requests_total",
      ],
    ],
    ["snapshot", ["--path", "rows"]],
  ])("writes one for %s", async (source, words) => {
    const path = join(folder, "plimsoll.yaml");
    expect(await plimsoll(["init", path, "--service", "web", "--source", source, ...words])).toMatchObject({ code: 0 });
    expect(await plimsoll(["validate", path])).toMatchObject({ code: 0 });
  });

  it("asks a person for what the flags leave out", async () => {
    const path = join(folder, "plimsoll.yaml");
    const io = createFakeIo({ answers: ["shop", "99%", "", "snapshot", "", "homelab"] });
    expect(await plimsoll(["init", path], io)).toMatchObject({ code: 0 });
    expect(readFileSync(path, "utf8")).toMatch(/service: shop[^]*target: 99%[^]*window: 30d[^]*preset: homelab/);
  });

  it("never writes over a file without --force", async () => {
    const path = join(folder, "plimsoll.yaml");
    writeFileSync(path, "mine");
    expect(await plimsoll(["init", path, ...flags])).toMatchObject({ code: 2 });
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(await plimsoll(["init", path, ...flags, "--force"])).toMatchObject({ code: 0 });
    expect(readFileSync(path, "utf8")).not.toBe("mine");
  });

  it("leaves a schema of somebody else as it is, and says so, without --force", async () => {
    const path = join(folder, "plimsoll.yaml");
    const schema = join(folder, "plimsoll.schema.json");
    writeFileSync(schema, "mine");
    const left = await plimsoll(["init", path, ...flags]);
    expect(left).toMatchObject({ code: 0, out: "" });
    expect(left.err).toContain(`Wrote ${path}.\n${schema} is there already with other contents, and was left as it is`);
    expect(left.err).toContain("plimsoll validate --schema");
    expect(readFileSync(schema, "utf8")).toBe("mine");
    expect(existsSync(path)).toBe(true);
    expect((await plimsoll(["init", path, ...flags, "--force"])).err).toContain(`Wrote ${path}, and ${schema}`);
    expect(readFileSync(schema, "utf8")).toBe((await plimsoll(["validate", "--schema"])).out);
    expect((await plimsoll(["init", join(folder, "second.yaml"), ...flags])).err).toContain(
      `Wrote ${join(folder, "second.yaml")}; ${schema} for your editor is there already.\n`,
    );
  });

  it("takes nothing for a schema that is none, such as a folder", async () => {
    const schema = join(folder, "plimsoll.schema.json");
    mkdirSync(schema);
    const { code, err } = await plimsoll(["init", join(folder, "plimsoll.yaml"), ...flags]);
    expect(code).toBe(0);
    expect(err).toContain(`${schema} is there already with other contents`);
  });

  it("writes nothing when an answer is not valid, and shows which", async () => {
    const path = join(folder, "plimsoll.yaml");
    const { code, err } = await plimsoll(["init", path, ...flags, "--target", "120%"]);
    expect(code).toBe(2);
    expect(err).toContain("slos.web-availability.target");
    expect(existsSync(path)).toBe(false);
  });

  it("says which flag is needed where nobody can be asked", async () => {
    expect(await plimsoll(["init", join(folder, "x.yaml")])).toMatchObject({
      code: 2,
      err: "plimsoll: init needs --service (which service is it about?) where nobody can be asked.\n",
    });
  });

  it("shows every problem at its place, with code 2, as text and as JSON", async () => {
    const path = join(folder, "plimsoll.yaml");
    writeFileSync(path, "version: 1\nslise: 15s\nslos:\n  a: { service: nobody, target: 99, window: 30d }\n");
    const { code, out } = await plimsoll(["validate", path]);
    expect(code).toBe(2);
    expect(out).toContain(`${path}:2:1  slise`);
    expect(out).toContain("Did you mean `slice`?");
    expect(out).toMatch(/2 \| slise: 15s\n +\| \^+/);
    const asJson = await plimsoll(["validate", path, "--output", "json"]);
    expect(asJson.code).toBe(2);
    const body = JSON.parse(asJson.out) as {
      readonly valid: boolean;
      readonly issues: readonly { readonly line: number }[];
    };
    expect(body.valid).toBe(false);
    expect(body.issues.length).toBeGreaterThan(2);
  });

  const withSecrets = (more = "") =>
    `version: 1
storage: "postgres://plimsoll:\${env:NO_SUCH_PASSWORD}@db.example/plimsoll"
http: { tokens: [{ name: ci, role: admin, token: "\${env:NO_SUCH_TOKEN}" }] }
notifiers:
  chat: { type: slack, webhookUrl: "\${env:NO_SUCH_HOOK}" }
  phone: { type: telegram, botToken: "\${file:no-such-file}", chatId: "1" }
notify: { pages: [chat, phone] }
${more}`;

  it("needs every secret, and says how to do without", async () => {
    const path = join(folder, "plimsoll.yaml");
    writeFileSync(path, withSecrets());
    const { code, err, out } = await plimsoll(["validate", path]);
    expect(code).toBe(2);
    expect(out.match(/gives no value/g)).toHaveLength(4);
    expect(err).toBe("Where the secrets are not at hand, as in CI, --without-secrets checks everything else.\n");
  });

  it("checks everything else without secrets, and looks none up", async () => {
    const path = join(folder, "plimsoll.yaml");
    writeFileSync(path, withSecrets());
    // What stands there is too short for a token: nobody looks.
    const io = () => createFakeIo({ env: { NO_SUCH_TOKEN: "short" } });
    expect(await plimsoll(["validate", path, "--without-secrets"], io())).toEqual({
      code: 0,
      out: `${path} is valid, as far as can be said without the 4 secrets that it names.\n`,
      err: "",
    });
    const asJson = await plimsoll(["validate", path, "--without-secrets", "--output", "json"], io());
    expect(JSON.parse(asJson.out)).toEqual({ valid: true, withoutSecrets: true, issues: [] });
    writeFileSync(path, withSecrets("slise: 15s"));
    const wrong = await plimsoll(["validate", path, "--without-secrets"]);
    expect(wrong).toMatchObject({ code: 2, err: "" });
    expect(wrong.out).toContain("Did you mean `slice`?");
    expect(wrong.out).not.toContain("gives no value");
    expect((await plimsoll(["validate", path])).out).toContain("Did you mean `slice`?");
  });

  it("prints the JSON Schema", async () => {
    const { code, out } = await plimsoll(["validate", "--schema"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty("properties.sources");
  });
});

function measured(ratio: number | undefined): string {
  return `${Math.floor((ratio ?? 0) * 1e6 + 1e-6) / 1e4} %`.padStart(8);
}
