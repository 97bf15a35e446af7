import { describe, expect, it } from "vitest";
import { strayValues } from "./address-parameters.js";
import { planRunbook } from "./plan-runbook.js";
import { GET, HEALTH, HEALTH_CHECK, runbook, sloCheck, step, withoutHealth } from "./runbook.fixture.js";
import type { Runbook, RunbookCheck, RunbookStep } from "./runbook.js";

const to = (url: string): RunbookCheck => ({ kind: "http", call: { ...GET, url } });
const call = (url: string): Partial<RunbookStep> => ({ action: { kind: "http", call: { ...GET, url } } });

/** Why a value may not stand in an address; undefined where it may. */
function reason(url: string, values: Readonly<Record<string, string>>): string | undefined {
  return strayValues(withoutHealth(runbook([step("look", call(url))])), values)[0]?.reason;
}

describe("a parameter in an address", () => {
  const UP = "makes a segment that is . or .., which leads to another place";
  const BEYOND = "goes beyond one segment of the path; it may hold neither / nor %";
  const HOST = "is no part of a host; it may hold letters, digits and . _ : -";
  const OPEN = "is more than scheme and host, and a host goes on after it";
  const USER = "has an @ in its host; name the host alone";

  it.each([
    ["n1", undefined],
    ["n1.zone-a", undefined],
    ["a..b", undefined],
    ["...", undefined],
    ["k=v,w@x:1+2", undefined],
    [".", UP],
    ["..", UP],
    ["a/b", BEYOND],
    ["../../admin", BEYOND],
    ["%2e%2e", BEYOND],
    ["%2E.", BEYOND],
    ["a%2fb", BEYOND],
    ["%252e", BEYOND],
  ])("stays one segment of the path: %s", (node, expected) => {
    expect(reason("http://h/health/{{node}}", { node })).toBe(expected);
    expect(reason("http://h/health/{{ node }}/queue", { node })).toBe(expected);
    expect(reason("{{base}}/health/{{node}}?x=1", { base: "http://h", node })).toBe(expected);
    expect(reason("/health/{{node}}#x", { node })).toBe(expected);
  });

  it("leads up neither with what stands beside it nor with a neighbour", () => {
    expect(reason("http://h/a/.{{x}}", { x: "." })).toBe(UP);
    expect(reason("http://h/a/{{x}}.", { x: "." })).toBe(UP);
    expect(reason("http://h/a/{{x}}%2E/b", { x: "." })).toBe(UP);
    expect(reason("http://h/a/{{x}}?y={{z}}", { x: ".", z: "1" })).toBe(UP);
    expect(reason("http://h/a/{{x}}{{y}}", { x: ".", y: "." })).toBe(UP);
    expect(reason("http://h/a/{{x}}{{y}}", { x: ".", y: ".x" })).toBeUndefined();
    expect(reason("http://h/a/{{x}}{{y}}", { x: ".." })).toBe(UP);
    expect(reason("http://h/a/v{{x}}", { x: "." })).toBeUndefined();
    // What the runbook itself says is its author's.
    expect(reason("http://h/../a/{{x}}", { x: "b" })).toBeUndefined();
  });

  it.each([
    ["n1.example", undefined],
    ["n1_a-b:8080", undefined],
    ["n1/admin", HOST],
    ["good@evil.example", HOST],
    ["n1%2f", HOST],
    ["n1=", HOST],
  ])("stays a host: %s", (host, expected) => {
    expect(reason("https://{{host}}/", { host })).toBe(expected);
    expect(reason("https://{{host}}", { host })).toBe(expected);
    expect(reason("https://api.{{host}}/x", { host })).toBe(expected);
    expect(reason("{{scheme}}://{{host}}/x", { scheme: "https", host })).toBe(expected);
    expect(reason("{{base}}{{host}}/x", { base: "http://a.", host })).toBe(expected);
  });

  it("may be anything in a query or a fragment", () => {
    for (const value of ["a/b", "..", "%2f", "a@b"]) {
      expect(reason("http://h/x?node={{value}}", { value })).toBeUndefined();
      expect(reason("http://h/x?path=/{{value}}", { value })).toBeUndefined();
      expect(reason("http://h/x#{{value}}", { value })).toBeUndefined();
    }
  });

  it.each([
    ["http://127.0.0.1:8080", undefined],
    ["https://h.example/base/v1", undefined],
    ["h.example", undefined],
    ["http://h/users/@ada", undefined],
    ["http://h/a/../b", UP],
    ["http://h/..", UP],
    ["http://h/%2e%2E/b", UP],
    ["http://h/./b", UP],
    ["http://user:word@h", USER],
    ["user@h", USER],
  ])("may be a whole address where the address begins: %s", (base, expected) => {
    expect(reason("{{base}}/health", { base })).toBe(expected);
    expect(reason("{{base}}", { base })).toBe(expected);
    expect(reason("{{base}}?x=1", { base })).toBe(expected);
    expect(reason("{{base}}#x", { base })).toBe(expected);
  });

  it("may be scheme and host where a host goes on after it, and a scheme alone before its colon", () => {
    expect(reason("{{base}}:8080/x", { base: "http://h.example" })).toBeUndefined();
    expect(reason("{{base}}.example/x", { base: "h" })).toBeUndefined();
    expect(reason("{{base}}.example/x", { base: "http://evil/" })).toBe(OPEN);
    expect(reason("{{base}}:8080/x", { base: "http://evil/a" })).toBe(OPEN);
    expect(reason("{{base}}{{port}}/x", { base: "http://evil/a", port: "1" })).toBe(OPEN);
    expect(reason("{{scheme}}://h/x", { scheme: "https" })).toBeUndefined();
    expect(reason("{{scheme}}://h/x", { scheme: "http://evil" })).toBe("is no scheme, such as https");
    expect(reason("{{scheme}}://h/x", { scheme: "evil:1" })).toBe("is no scheme, such as https");
  });

  it("is looked at in every address of a step, and not in what is no address", () => {
    const stray = "http://h/{{node}}";
    const places = (change: Partial<RunbookStep>) =>
      strayValues(withoutHealth(runbook([step("look", change)])), { node: ".." }).map(({ stepId }) => stepId);
    expect(places({ precondition: to(stray) })).toEqual(["look"]);
    expect(places({ precondition: { kind: "not", check: { kind: "not", check: to(stray) } } })).toEqual(["look"]);
    expect(places({ verify: { ...HEALTH, check: to(stray) } })).toEqual(["look"]);
    expect(places({ action: { kind: "wait-until", until: { ...HEALTH, check: to(stray) } } })).toEqual(["look"]);
    expect(places({ compensation: { kind: "http", call: { ...GET, url: stray } } })).toEqual(["look"]);
    expect(places(call(stray))).toEqual(["look"]);
    expect(places({ precondition: sloCheck("{{node}}"), verify: HEALTH })).toEqual([]);
    expect(places({ compensation: { kind: "manual", instruction: "{{node}}" } })).toEqual([]);
    const health = { ...HEALTH, check: to(stray) };
    expect(strayValues(runbook([], { health }), { node: ".." })).toEqual([
      { name: "node", value: "..", address: stray, reason: UP },
    ]);
    expect(strayValues(runbook([], { health }), {})).toEqual([]);
    expect(strayValues(runbook([], { health: { ...HEALTH, check: HEALTH_CHECK } }), { node: ".." })).toEqual([]);
  });
});

describe("a plan with a value that would lead elsewhere", () => {
  const messages = (book: Runbook, parameters: Readonly<Record<string, string>>, others: readonly Runbook[] = []) => {
    const plan = planRunbook(book, { library: new Map(others.map((one) => [one.id, one])), parameters });
    return plan.ok ? [] : plan.error;
  };
  const parameters = { node: { description: "the node" } };

  it("is refused, and names the parameter, the value and the step", () => {
    const book = runbook([step("look", call("http://h/health/{{node}}"))], { parameters });
    expect(messages(book, { node: "../../admin" })).toEqual([
      {
        code: "unsafe-parameter",
        runbookId: "bad-deploy",
        stepId: "look",
        message:
          "The parameter node can not be ../../admin in the address http://h/health/{{node}} of the step look of bad-deploy: it goes beyond one segment of the path; it may hold neither / nor %.",
      },
    ]);
    expect(messages(book, { node: "n1" })).toEqual([]);
  });

  it("is refused in the health check, and without the name and password before a host", () => {
    const book = runbook([], { parameters, health: { ...HEALTH, check: to("{{node}}/health") } });
    expect(messages(book, { node: "http://ada:word@h" })).toEqual([
      {
        code: "unsafe-parameter",
        runbookId: "bad-deploy",
        message:
          "The parameter node can not be http://…@h in the address {{node}}/health of the health check of bad-deploy: it has an @ in its host; name the host alone.",
      },
    ]);
  });

  it("is refused where a sub-runbook is given it", () => {
    const inner = runbook([step("look", call("http://h/{{node}}"))], { id: "inner", parameters });
    const action = { kind: "runbook", runbook: "inner", parameters: { node: "{{node}}" } } as const;
    const found = messages(runbook([step("sub", { action })], { parameters }), { node: ".." }, [inner]);
    expect(found.map(({ runbookId, stepId }) => [runbookId, stepId])).toEqual([["inner", "look"]]);
  });
});
