import type { CheckVerdict, CommandCall, HttpCall, StepOutcome, StepRunner } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, PortContract } from "../port-contract.js";

/** How the server that is called behaves towards the next requests. */
export type CalledBehaviour =
  | { readonly kind: "status"; readonly status: number; readonly body?: string }
  /** Nobody listens at its address. */
  | { readonly kind: "refuse" }
  /** Accepts and never answers. */
  | { readonly kind: "hang" };

/** A step runner, a server for it to call, and programs for it to run; either may be left out where it cannot. */
export type StepRunnerHarness = ClosableHarness & {
  readonly runner: StepRunner;
  readonly http?: {
    /** A POST to the server, which takes 200 for success. */
    readonly call: HttpCall;
    behave(behaviour: CalledBehaviour): Promise<void>;
    /** Everything readable in each request so far, oldest first. */
    received(): readonly string[];
  };
  readonly commands?: {
    readonly succeeds: CommandCall;
    /** Ends with 1. */
    readonly fails: CommandCall;
    readonly hangs: CommandCall;
    /** There is no such program. */
    readonly missing: CommandCall;
  };
  /** Something secret that the runner sends or that programs print. */
  readonly secret?: string;
  readonly patienceMs?: number;
};

const KEY = "runbook-run/contract/step";
/** For what never comes; what comes has as long as a busy machine needs. */
const SHORT_MS = 400;
const LONG_MS = 20_000;

/** The promises of a `StepRunner`. */
export const stepRunnerContract: PortContract<StepRunnerHarness> = {
  port: "StepRunner",
  cases: [
    {
      name: "calls a listed status a success",
      cannotRun: needsHttp,
      async run(harness) {
        ensureEqual((await call(harness, { kind: "status", status: 200 })).kind, "succeeded", "outcome of 200");
      },
    },
    {
      name: "hands on the idempotency key, the same on every attempt",
      cannotRun: needsHttp,
      async run(harness) {
        await call(harness, { kind: "status", status: 200 });
        await call(harness, { kind: "status", status: 200 });
        const received = harness.http?.received() ?? [];
        ensureEqual(received.length, 2, "requests received");
        for (const request of received) ensure(request.includes(KEY), `the key is not in: ${request}`);
      },
    },
    {
      name: "calls a server's error worth another attempt, and something that may have acted",
      cannotRun: needsHttp,
      async run(harness) {
        for (const status of [500, 502, 503]) {
          ensureFailed(await call(harness, { kind: "status", status }), { retryable: true, mayHaveActed: true });
        }
      },
    },
    {
      name: "calls a refusal final, and nothing that acted",
      cannotRun: needsHttp,
      async run(harness) {
        for (const status of [400, 403, 404]) {
          ensureFailed(await call(harness, { kind: "status", status }), { retryable: false, mayHaveActed: false });
        }
      },
    },
    {
      name: "calls being turned away for now worth another attempt, and nothing that acted",
      cannotRun: needsHttp,
      async run(harness) {
        ensureFailed(await call(harness, { kind: "status", status: 429 }), { retryable: true, mayHaveActed: false });
        ensureFailed(await call(harness, { kind: "refuse" }), { retryable: true, mayHaveActed: false });
      },
    },
    {
      name: "calls an answer that does not come worth another attempt, and something that may have acted",
      cannotRun: needsHttp,
      async run(harness) {
        ensureFailed(await call(harness, { kind: "hang" }), { retryable: true, mayHaveActed: true });
      },
    },
    {
      name: "tells a check that holds from one that fails and one that cannot be told",
      cannotRun: needsHttp,
      async run(harness) {
        ensureEqual((await check(harness, { kind: "status", status: 200 })).verdict, "holds", "verdict on 200");
        ensureEqual((await check(harness, { kind: "status", status: 503 })).verdict, "fails", "verdict on 503");
        ensureEqual((await check(harness, { kind: "refuse" })).verdict, "unknown", "verdict on a refused connection");
        ensureEqual((await check(harness, { kind: "hang" })).verdict, "unknown", "verdict on a lost answer");
      },
    },
    {
      name: "keeps its secret out of every answer",
      cannotRun: (harness) => needsHttp(harness) ?? (harness.secret === undefined ? "it has no secret" : undefined),
      async run(harness) {
        const secret = harness.secret ?? "";
        // Servers quote what they were sent.
        const quoting = `{"error":"the token ${secret} is not valid"}`;
        for (const behaviour of [
          { kind: "status", status: 200, body: quoting },
          { kind: "status", status: 401, body: quoting },
          { kind: "refuse" },
        ] as const) {
          const said = JSON.stringify([await call(harness, behaviour), await check(harness, behaviour)]);
          ensure(!said.includes(secret), `the secret is in: ${said.replaceAll(secret, "…")}`);
        }
      },
    },
    {
      name: "calls a program that ends with 0 a success, and a check that holds",
      cannotRun: needsCommands,
      async run(harness) {
        ensureEqual((await command(harness, "succeeds")).kind, "succeeded", "outcome");
        ensureEqual((await commandCheck(harness, "succeeds")).verdict, "holds", "verdict");
      },
    },
    {
      name: "calls a program that ends otherwise final, and something that may have acted; a check that fails",
      cannotRun: needsCommands,
      async run(harness) {
        ensureFailed(await command(harness, "fails"), { retryable: false, mayHaveActed: true });
        ensureEqual((await commandCheck(harness, "fails")).verdict, "fails", "verdict");
      },
    },
    {
      name: "calls a program worth another attempt where it ends with a code that is named for that, and with no other",
      cannotRun: needsCommands,
      async run(harness) {
        ensureFailed(await command(harness, "fails", [75, 1]), { retryable: true, mayHaveActed: true });
        ensureFailed(await command(harness, "fails", [75]), { retryable: false, mayHaveActed: true });
      },
    },
    {
      name: "ends a program at its timeout, and calls it something that may have acted; a check that cannot be told",
      cannotRun: needsCommands,
      async run(harness) {
        ensureFailed(await command(harness, "hangs"), { retryable: false, mayHaveActed: true });
        ensureEqual((await commandCheck(harness, "hangs")).verdict, "unknown", "verdict");
      },
    },
    {
      name: "calls a program that there is not final, and nothing that acted; a check that cannot be told",
      cannotRun: needsCommands,
      async run(harness) {
        ensureFailed(await command(harness, "missing"), { retryable: false, mayHaveActed: false });
        ensureEqual((await commandCheck(harness, "missing")).verdict, "unknown", "verdict");
      },
    },
  ],
};

function needsHttp({ http }: StepRunnerHarness): string | undefined {
  return http === undefined ? "it sends no requests" : undefined;
}

function needsCommands({ commands }: StepRunnerHarness): string | undefined {
  return commands === undefined ? "it runs no programs" : undefined;
}

async function call(harness: StepRunnerHarness, behaviour: CalledBehaviour): Promise<StepOutcome> {
  const http = present(harness.http);
  await http.behave(behaviour);
  const action = { kind: "http", call: http.call } as const;
  const timeoutMs = behaviour.kind === "hang" ? SHORT_MS : LONG_MS;
  const work = harness.runner.run({ action, idempotencyKey: KEY, timeoutMs });
  return ensureComes("the outcome of a request", work, harness.patienceMs);
}

async function check(harness: StepRunnerHarness, behaviour: CalledBehaviour): Promise<CheckVerdict> {
  const http = present(harness.http);
  await http.behave(behaviour);
  const timeoutMs = behaviour.kind === "hang" ? SHORT_MS : LONG_MS;
  const work = harness.runner.check({ check: { kind: "http", call: http.call }, timeoutMs });
  return ensureComes("the verdict of a check", work, harness.patienceMs);
}

type Program = keyof NonNullable<StepRunnerHarness["commands"]>;

function command(harness: StepRunnerHarness, program: Program, retryOn?: readonly number[]): Promise<StepOutcome> {
  const call = { ...present(harness.commands)[program], ...(retryOn === undefined ? {} : { retryOn }) };
  const action = { kind: "command", call } as const;
  const timeoutMs = program === "hangs" ? SHORT_MS : LONG_MS;
  const work = harness.runner.run({ action, idempotencyKey: KEY, timeoutMs });
  return ensureComes("the outcome of a program", work, harness.patienceMs);
}

function commandCheck(harness: StepRunnerHarness, program: Program): Promise<CheckVerdict> {
  const asked = { kind: "command", call: present(harness.commands)[program] } as const;
  const timeoutMs = program === "hangs" ? SHORT_MS : LONG_MS;
  const work = harness.runner.check({ check: asked, timeoutMs });
  return ensureComes("the verdict of a program", work, harness.patienceMs);
}

function present<Value>(value: Value | undefined): Value {
  ensure(value !== undefined, "the harness lost what it had");
  return value;
}

function ensureFailed(
  outcome: StepOutcome,
  expected: { readonly retryable: boolean; readonly mayHaveActed: boolean },
): void {
  ensure(outcome.kind === "failed", "it should have failed, and says that it succeeded");
  ensure(outcome.reason.trim() !== "", "it failed without a reason");
  ensureEqual(outcome.retryable, expected.retryable, `retryable of "${outcome.reason}"`);
  ensureEqual(outcome.mayHaveActed, expected.mayHaveActed, `mayHaveActed of "${outcome.reason}"`);
}
