import type { CheckVerdict, StepOrder, StepOutcome } from "@plimsoll/core";

import type { CalledBehaviour, StepRunnerHarness } from "../contracts/step-runner-contract.js";
import type { Broken } from "./broken.js";

const SECRET = "tok-9b1e77";
type Called =
  | CalledBehaviour
  | { readonly kind: "program"; readonly name: string; readonly retryOn: readonly number[] };
type Flaw = {
  readonly run?: (called: Called, order: StepOrder) => StepOutcome | undefined;
  readonly check?: (called: Called) => CheckVerdict | undefined;
  readonly request?: (order: StepOrder) => string;
};

/** A step runner over a server and programs that are variables. */
export const brokenStepRunners: Broken<StepRunnerHarness> = {
  right: () => runnerThat({}),
  flawed: {
    "calls a listed status a success": () =>
      runnerThat({
        run: (called) => (isStatus(called, 200, 200) && called.body === undefined ? failed(false, false) : undefined),
      }),
    "hands on the idempotency key, the same on every attempt": () => runnerThat({ request: () => "POST /" }),
    "calls a server's error worth another attempt, and something that may have acted": () =>
      runnerThat({ run: (called) => (isStatus(called, 500, 599) ? failed(true, false) : undefined) }),
    "calls a refusal final, and nothing that acted": () =>
      runnerThat({ run: (called) => (isStatus(called, 400, 428) ? failed(true, false) : undefined) }),
    "calls being turned away for now worth another attempt, and nothing that acted": () =>
      runnerThat({ run: (called) => (called.kind === "refuse" ? failed(true, true) : undefined) }),
    "calls an answer that does not come worth another attempt, and something that may have acted": () =>
      runnerThat({ run: (called) => (called.kind === "hang" ? failed(true, false) : undefined) }),
    "tells a check that holds from one that fails and one that cannot be told": () =>
      runnerThat({ check: (called) => (called.kind === "refuse" ? { verdict: "fails", saw: "refused" } : undefined) }),
    "keeps its secret out of every answer": () =>
      runnerThat({
        run: (called) =>
          isStatus(called, 401, 401) ? { ...failed(false, false), reason: called.body ?? "no" } : undefined,
      }),
    "calls a program that ends with 0 a success, and a check that holds": () =>
      runnerThat({
        check: (called) => (isProgram(called, "succeeds") ? { verdict: "unknown", saw: "0" } : undefined),
      }),
    "calls a program that ends otherwise final, and something that may have acted; a check that fails": () =>
      runnerThat({
        run: (called) =>
          called.kind === "program" && called.name === "fails" && called.retryOn.length === 0
            ? failed(true, true)
            : undefined,
      }),
    "calls a program worth another attempt where it ends with a code that is named for that, and with no other": () =>
      runnerThat({ run: (called) => (isProgram(called, "fails") ? failed(false, true) : undefined) }),
    "ends a program at its timeout, and calls it something that may have acted; a check that cannot be told": () =>
      runnerThat({ run: (called) => (isProgram(called, "hangs") ? failed(false, false) : undefined) }),
    "calls a program that there is not final, and nothing that acted; a check that cannot be told": () =>
      runnerThat({ run: (called) => (isProgram(called, "missing") ? failed(false, true) : undefined) }),
  },
};

function runnerThat(flaw: Flaw): StepRunnerHarness {
  let behaviour: CalledBehaviour = { kind: "status", status: 200 };
  const received: string[] = [];
  const calledBy = (action: StepOrder["action"]): Called =>
    action.kind === "http"
      ? behaviour
      : {
          kind: "program",
          name: action.call.arguments[0],
          retryOn: "retryOn" in action.call ? (action.call.retryOn ?? []) : [],
        };
  const program = (name: string) => ({ arguments: [name] as const, shell: false, environment: [] });
  return {
    runner: {
      run: async (order) => {
        const called = calledBy(order.action);
        if (order.action.kind === "http") received.push(flaw.request?.(order) ?? `POST / ${order.idempotencyKey}`);
        return flaw.run?.(called, order) ?? rightOutcome(called);
      },
      check: async ({ check }) => {
        const called = calledBy(check);
        return flaw.check?.(called) ?? rightVerdict(called);
      },
    },
    http: {
      call: { method: "POST", url: "http://called.example/", headers: {}, status: [{ from: 200, to: 200 }] },
      behave: async (next) => void (behaviour = next),
      received: () => received,
    },
    commands: {
      succeeds: program("succeeds"),
      fails: program("fails"),
      hangs: program("hangs"),
      missing: program("missing"),
    },
    secret: SECRET,
    patienceMs: 500,
  };
}

function rightOutcome(called: Called): StepOutcome {
  switch (called.kind) {
    case "refuse":
      return failed(true, false);
    case "hang":
      return failed(true, true);
    case "status":
      if (called.status === 200) return { kind: "succeeded", summary: "200" };
      return failed(called.status === 429 || called.status >= 500, called.status >= 500);
    case "program":
      return called.name === "succeeds"
        ? { kind: "succeeded", summary: "0" }
        : failed(called.name === "fails" && called.retryOn.includes(1), called.name !== "missing");
  }
}

function rightVerdict(called: Called): CheckVerdict {
  switch (called.kind) {
    case "refuse":
    case "hang":
      return { verdict: "unknown", saw: called.kind };
    case "status":
      return { verdict: called.status === 200 ? "holds" : "fails", saw: `${called.status}` };
    case "program": {
      const verdicts: Readonly<Record<string, CheckVerdict["verdict"]>> = { succeeds: "holds", fails: "fails" };
      return { verdict: verdicts[called.name] ?? "unknown", saw: called.name };
    }
  }
}

function failed(retryable: boolean, mayHaveActed: boolean) {
  return { kind: "failed", reason: "it did not work", retryable, mayHaveActed } as const;
}

function isStatus(called: Called, from: number, to: number): called is Extract<Called, { readonly kind: "status" }> {
  return called.kind === "status" && called.status >= from && called.status <= to;
}

function isProgram(called: Called, name: string): boolean {
  return called.kind === "program" && called.name === name;
}
