import { describe, expect, it } from "vitest";
import { describePlan } from "./describe-plan.js";
import { planRunbook } from "./plan-runbook.js";
import type { Runbook } from "./runbook.js";
import {
  GET,
  HEALTH,
  MINUTE_MS,
  planOf,
  runbook,
  sloCheck,
  step,
  withoutHealth,
  withoutUndo,
} from "./runbook.fixture.js";

function problemsOf(book: Runbook, others: readonly Runbook[] = [], parameters: Readonly<Record<string, string>> = {}) {
  const plan = planRunbook(book, { library: new Map([book, ...others].map((one) => [one.id, one])), parameters });
  return plan.ok
    ? []
    : plan.error.map(({ code, message, runbookId, stepId }) => ({ code, message, runbookId, stepId }));
}

describe("a plan", () => {
  it("has the steps as they are written", () => {
    const plan = planOf(
      runbook([step("roll-back", { precondition: sloCheck("a"), verify: HEALTH, approval: true }), step("restart")]),
    );
    expect(plan).toEqual({
      runbookId: "bad-deploy",
      title: "A deploy broke it",
      level: 4,
      parameters: {},
      health: HEALTH,
      steps: [
        {
          id: "roll-back",
          title: "Do roll-back",
          action: {
            kind: "remedy",
            call: { remediator: "platform", remedy: "roll-back", target: "payments", parameters: {} },
          },
          preconditions: [sloCheck("a")],
          skipWhen: [],
          approvals: ["roll-back"],
          timeoutMs: MINUTE_MS,
          retry: { attempts: 1, delayMs: 10_000 },
          verify: HEALTH,
          compensation: { kind: "undo" },
          risk: "caution",
        },
        expect.objectContaining({ id: "restart", preconditions: [], approvals: [] }),
      ],
    });
    expect(planOf(withoutHealth(runbook([])))).not.toHaveProperty("health");
    expect(plan.steps[1]).not.toHaveProperty("verify");
  });

  it("lays sub-runbooks out flat, with their conditions and approvals on each of their steps", () => {
    const inner = runbook([step("switch", { approval: true }), step("drain", { precondition: sloCheck("own") })], {
      id: "fail-over",
      level: 3,
      parameters: { to: { description: "where to" } },
      health: { ...HEALTH, check: sloCheck("{{to}}") },
    });
    const outer = runbook(
      [
        step("away", {
          action: { kind: "runbook", runbook: "fail-over", parameters: { to: "{{zone}}" } },
          precondition: sloCheck("outer"),
          approval: true,
        }),
        step("plain"),
      ],
      { parameters: { zone: { description: "the zone", default: "west" } } },
    );
    const { steps } = planOf(outer, [inner]);
    expect(
      steps.map(({ approvals, id, preconditions, skipWhen }) => ({ approvals, id, preconditions, skipWhen })),
    ).toEqual([
      {
        id: "away/switch",
        approvals: ["away", "away/switch"],
        preconditions: [sloCheck("outer")],
        skipWhen: [sloCheck("west")],
      },
      {
        id: "away/drain",
        approvals: ["away"],
        preconditions: [sloCheck("outer"), sloCheck("own")],
        skipWhen: [sloCheck("west")],
      },
      { id: "plain", approvals: [], preconditions: [], skipWhen: [] },
    ]);
    const bare = planOf(runbook([step("away", { action: { kind: "runbook", runbook: "inner", parameters: {} } })]), [
      withoutHealth(runbook([step("switch")], { id: "inner" })),
    ]);
    expect(bare.steps).toEqual([
      expect.objectContaining({ id: "away/switch", approvals: [], preconditions: [], skipWhen: [] }),
    ]);
  });

  it("puts values in the place of parameters in every text, and keeps what they were", () => {
    const book = runbook(
      [
        step("call", {
          action: {
            kind: "http",
            call: {
              ...GET,
              url: "{{base}}/{{ path }}",
              body: { list: ["{{path}}", 1, null], deep: { at: "{{path}}" } },
            },
          },
        }),
      ],
      {
        parameters: {
          base: { description: "address", default: "http://a.example:80" },
          path: { description: "path", default: "x" },
        },
      },
    );
    const plan = planRunbook(book, { library: new Map(), parameters: { path: "healthz" } });
    if (!plan.ok) throw new Error("no plan");
    expect(plan.value.parameters).toEqual({ base: "http://a.example:80", path: "healthz" });
    expect(plan.value.steps[0]?.action).toMatchObject({
      call: {
        url: "http://a.example:80/healthz",
        body: { list: ["healthz", 1, null], deep: { at: "healthz" } },
        status: [{ from: 200, to: 200 }],
      },
    });
  });

  it("asks for approval of what is not safe and cannot be taken back, whatever the runbook says", () => {
    const approvals = (change: Parameters<typeof step>[1], level: Runbook["level"] = 4) =>
      planOf(runbook([withoutUndo(step("a", change))], { level })).steps[0]?.approvals;
    expect(approvals({ risk: "caution" })).toEqual(["a"]);
    expect(approvals({ risk: "dangerous" })).toEqual(["a"]);
    expect(approvals({ risk: "safe" })).toEqual([]);
    expect(approvals({ risk: "dangerous", action: { kind: "manual", instruction: "look" } })).toEqual([]);
    expect(approvals({ risk: "dangerous", action: { kind: "wait-until", until: HEALTH } })).toEqual([]);
    expect(approvals({ risk: "dangerous" }, 2)).toEqual([]);
    expect(planOf(runbook([step("a", { risk: "dangerous" })])).steps[0]?.approvals).toEqual([]);
  });

  it("makes instructions of actions below level 3, also where a runbook around is below it", () => {
    const steps = [
      step("http", { action: { kind: "http", call: { ...GET, method: "POST" } } }),
      step("wait", { action: { kind: "wait-until", until: HEALTH } }),
      withoutUndo(step("manual", { action: { kind: "manual", instruction: "Look at it." } })),
      step("undone", { compensation: { kind: "command", call: command("rm", "-r") } }),
      step("by-hand", { compensation: { kind: "manual", instruction: "Put it back." } }),
    ];
    const low = planOf(runbook(steps, { level: 2 }));
    expect(low.steps.map(({ action, compensation }) => [action, compensation])).toEqual([
      [
        { kind: "manual", instruction: "send POST http://shop.example/healthz." },
        { kind: "manual", instruction: "Take back what was done in: Do http." },
      ],
      [
        { kind: "wait-until", until: HEALTH },
        { kind: "manual", instruction: "Take back what was done in: Do wait." },
      ],
      [{ kind: "manual", instruction: "Look at it." }, undefined],
      [
        { kind: "manual", instruction: "have platform undone payments." },
        { kind: "manual", instruction: "run rm -r." },
      ],
      [
        { kind: "manual", instruction: "have platform by-hand payments." },
        { kind: "manual", instruction: "Put it back." },
      ],
    ]);
    expect(planOf(runbook(steps, { level: 3 })).steps[0]?.action.kind).toBe("http");
    const around = runbook([step("sub", { action: { kind: "runbook", runbook: "inner", parameters: {} } })]);
    const inner = (level: Runbook["level"]) => [runbook([step("x")], { id: "inner", level })];
    expect(planOf(around, inner(1)).steps[0]?.action.kind).toBe("manual");
    expect(planOf({ ...around, level: 0 }, inner(4)).steps[0]?.action.kind).toBe("manual");
    expect(planOf(around, inner(3)).steps[0]?.action.kind).toBe("remedy");
  });
});

describe("a runbook that cannot be planned", () => {
  const sub = (id: string, target: string) =>
    step(id, { action: { kind: "runbook", runbook: target, parameters: {} } });

  it("names a sub-runbook that there is not", () => {
    expect(problemsOf(runbook([sub("away", "fail-ower")]))).toEqual([
      {
        code: "unknown-runbook",
        runbookId: "bad-deploy",
        stepId: "away",
        message: "The step away of bad-deploy runs fail-ower, which there is not. Correct its name, or write it.",
      },
    ]);
  });

  it("shows the circle of runbooks that run each other, and one that runs itself", () => {
    const one = runbook([sub("b", "two")], { id: "one" });
    const two = runbook([sub("a", "one")], { id: "two" });
    expect(problemsOf(one, [two])).toEqual([
      {
        code: "runbook-cycle",
        runbookId: "two",
        stepId: "a",
        message: "The step a of two runs one again: one -> two -> one. Break the circle.",
      },
    ]);
    expect(problemsOf(runbook([sub("a", "bad-deploy")])).map(({ code }) => code)).toEqual(["runbook-cycle"]);
  });

  it("may run the same sub-runbook twice side by side", () => {
    const inner = runbook([step("x")], { id: "inner" });
    expect(planOf(runbook([sub("a", "inner"), sub("b", "inner")]), [inner]).steps.map(({ id }) => id)).toEqual([
      "a/x",
      "b/x",
    ]);
  });

  it("needs a value for each parameter, and takes no other", () => {
    const book = runbook([], { parameters: { zone: { description: "zone" } } });
    expect(problemsOf(book)).toEqual([
      expect.objectContaining({
        code: "missing-parameter",
        message: "bad-deploy needs a value for its parameter zone. Give one.",
      }),
    ]);
    expect(problemsOf(book, [], { zone: "a", zome: "b" })).toEqual([
      expect.objectContaining({
        code: "unknown-parameter",
        message: "bad-deploy has no parameter zome: it has zone.",
      }),
    ]);
    expect(problemsOf(runbook([]), [], { toString: "b" })).toEqual([
      expect.objectContaining({ message: "bad-deploy has no parameter toString: it has none." }),
    ]);
    expect(problemsOf(runbook([], { parameters: { toString: { description: "odd" } } }))).toHaveLength(1);
  });

  it("takes no value that could break out of an address or an argument", () => {
    const book = runbook([], { parameters: { zone: { description: "zone" } } });
    const code = (zone: string) => problemsOf(book, [], { zone })[0]?.code;
    for (const bad of ["a b", "a;b", "$(x)", "-rf", "", "`x`", 'a"b', "a\nb", "{{x}}", "a|b", "~", "a".repeat(201)]) {
      expect([bad, code(bad)]).toEqual([bad, "unsafe-parameter"]);
    }
    for (const good of ["a", "a-b", "http://127.0.0.1:80/x?".replace("?", ""), "50%", "k=v,w", "a".repeat(200)]) {
      expect([good, code(good)]).toEqual([good, undefined]);
    }
    expect(problemsOf(book, [], { zone: "-x" })[0]?.message).toBe(
      "The value of the parameter zone of bad-deploy may hold only letters, digits and . _ : / @ % + = , -, at most 200 of them, and not begin with -.",
    );
  });

  it("uses no parameter that it does not have, in steps or in the health check", () => {
    const health = { ...HEALTH, check: sloCheck("{{other}}") };
    expect(problemsOf(runbook([step("a", { title: "{{zone}} {{zone}}" })], { health }))).toEqual([
      expect.objectContaining({
        code: "unknown-parameter",
        message: "bad-deploy uses {{zone}}, which is no parameter of it. Add it under parameters.",
      }),
      expect.objectContaining({ message: expect.stringContaining("{{other}}") as unknown }),
    ]);
    // Other tools' templates are none of ours.
    expect(problemsOf(runbook([step("a", { title: "{{.State}} {{}}" })]))).toEqual([]);
  });

  it("has 200 steps at most", () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => step(`s${index}`));
    expect(problemsOf(runbook(many(200)))).toEqual([]);
    expect(problemsOf(runbook(many(201)))).toEqual([
      expect.objectContaining({
        code: "too-many-steps",
        message: "bad-deploy comes to 201 steps with its sub-runbooks; 200 is the most. Split it.",
      }),
    ]);
  });
});

describe("a plan in words", () => {
  it.each([
    [1, [75], "once"],
    [3, undefined, "once"],
    [3, [], "once"],
    [3, [75], "3 times, 1s apart, as long as it ends with 75"],
    [2, [69, 75], "2 times, 1s apart, as long as it ends with 69 or 75"],
  ])("says how often a program is tried: %s attempts on %j", (attempts, retryOn, words) => {
    const call = { ...command("renew"), ...(retryOn === undefined ? {} : { retryOn }) };
    const plan = planOf(
      runbook([step("a", { action: { kind: "command", call }, retry: { attempts, delayMs: 1_000 } })]),
    );
    expect(describePlan(plan)).toContain(`   does: run renew; at most 1m, tried ${words}`);
  });

  it("says everything that would be done, in order", () => {
    const plan = planOf(
      runbook([
        step("roll-back", {
          action: {
            kind: "remedy",
            call: { remediator: "lab", remedy: "roll-back", target: "payments", parameters: { to: "v1", count: 2 } },
          },
          approval: true,
          precondition: { kind: "not", check: sloCheck("payments") },
          verify: { ...HEALTH, check: { kind: "instances", fleet: "lab", target: "payments", atLeast: 3 } },
          retry: { attempts: 3, delayMs: 10_000 },
          risk: "dangerous",
        }),
        withoutUndo(
          step("tell", {
            action: {
              kind: "http",
              call: { ...GET, method: "POST", body: { go: true }, status: [{ from: 200, to: 204 }] },
            },
            risk: "safe",
          }),
        ),
        step("wait", { action: { kind: "wait-until", until: { ...HEALTH, check: sloCheck("a") } } }),
        step("shell", {
          action: { kind: "command", call: { ...command("echo hi | wc"), shell: true } },
          compensation: { kind: "command", call: command("systemctl", "start", "my unit") },
        }),
        step("look", { action: { kind: "manual", instruction: "Look." } }),
      ]),
    );
    expect(describePlan(plan)).toEqual([
      "Stops as soon as GET http://shop.example/healthz answers 200.",
      "1. roll-back: Do roll-back (dangerous)",
      "   only if not (the SLO payments is healthy)",
      "   waits for approval: roll-back",
      '   does: have lab roll-back payments to="v1" count=2; at most 1m, tried 3 times, 10s apart',
      "   then waits up to 1m until payments has at least 3 healthy instances in lab, looking every 5s",
      "   undo: the remediator's own",
      "2. tell: Do tell (safe)",
      '   does: send POST http://shop.example/healthz with {"go":true}; at most 1m, tried once',
      "   undo: none",
      "3. wait: Do wait (caution)",
      "   does: wait up to 1m until the SLO a is healthy, looking every 5s",
      "   undo: the remediator's own",
      "4. shell: Do shell (caution)",
      '   does: run in a shell: "echo hi | wc"; at most 1m, tried once',
      '   undo: run systemctl start "my unit"',
      "5. look: Do look (caution)",
      "   does: ask a person: Look.",
      "   undo: the remediator's own",
      "At the end: wait up to 1m until GET http://shop.example/healthz answers 200, looking every 5s; if it does not come true, take everything back.",
    ]);
  });

  it("says so where there is no health check, and when a step is not needed", () => {
    const inner = runbook([step("x")], { id: "inner", health: { ...HEALTH, check: sloCheck("inner") } });
    const outer = withoutHealth(
      runbook([step("sub", { action: { kind: "runbook", runbook: "inner", parameters: {} } })]),
    );
    expect(describePlan(planOf(outer, [inner])).slice(0, 3)).toEqual([
      "No health check: the run ends after its last step.",
      "1. sub/x: Do x (caution)",
      "   not if the SLO inner is healthy",
    ]);
  });

  it("says what an answer has to hold", () => {
    const check = {
      kind: "http",
      call: {
        ...GET,
        status: [
          { from: 200, to: 200 },
          { from: 301, to: 302 },
        ],
      },
      includes: "up",
      json: { path: "load.errors", below: 0.01, above: 0, equals: "x" },
    } as const;
    const [first] = describePlan(planOf(runbook([], { health: { ...HEALTH, check } })));
    expect(first).toBe(
      'Stops as soon as GET http://shop.example/healthz answers 200 or 301-302, with "up" in it, load.errors below 0.01, load.errors above 0, load.errors equal to "x".',
    );
    const program = { kind: "command", call: command("test", "-f", "/run/x") } as const;
    expect(describePlan(planOf(runbook([], { health: { ...HEALTH, check: program } })))[0]).toBe(
      "Stops as soon as test -f /run/x ends with 0.",
    );
  });
});

function command(...words: readonly [string, ...string[]]) {
  return { arguments: words, shell: false, environment: [] };
}
