import type { DeadMan, DeadManOutcome } from "@plimsoll/core";

import { ensure, ensureComes, ensureEqual } from "../expectation.js";
import type { ClosableHarness, ContractCase, PortContract } from "../port-contract.js";
import { everythingSaid, type ProviderBehaviour } from "./notifier-harness.js";

/** A dead-man ping and the service elsewhere that waits for it. */
export type DeadManHarness = ClosableHarness & {
  readonly deadMan: DeadMan;
  /** The token in the service's address; absent when it has none. */
  readonly secret?: string;
  /** Absent where the service cannot be made to misbehave. */
  behave?(behaviour: ProviderBehaviour): Promise<void>;
  /** How many pings have reached the service so far. */
  received(): number;
  /** How long an outcome may take at most before a case calls it lost; default 20 s. */
  readonly patienceMs?: number;
};

const RETRYABLE_STATUSES = [408, 425, 429, 500, 502, 503, 504] as const;
const FINAL_STATUSES = [400, 401, 403, 404, 410] as const;
const REDIRECTS = [301, 302, 307, 308] as const;
const NONSENSE = ["", "<html>welcome {", "{", "null", "\u0000\ufffd", "x".repeat(200_000)] as const;
const WORDS = { refuse: "a refused connection", drop: "a connection that breaks off", hang: "a timeout" } as const;

/** The promises of a `DeadMan`. */
export const deadManContract: PortContract<DeadManHarness> = {
  port: "DeadMan",
  cases: [
    {
      name: "says pinged when the service took the ping",
      async run(harness) {
        ensureEqual(await ping(harness), { kind: "pinged" }, "outcome");
      },
    },
    {
      // What is kept back or left to a queue would tell of a paging that stood long ago.
      name: "lets one ping out each time it is asked, before it answers",
      async run(harness) {
        for (const asked of [1, 2, 3]) {
          await ping(harness);
          ensureEqual(harness.received(), asked, "pings received");
        }
      },
    },
    ...RETRYABLE_STATUSES.map((status) => statusCase(status, true)),
    ...FINAL_STATUSES.map((status) => statusCase(status, false)),
    {
      name: "takes a redirect for no success",
      cannotRun: needsService,
      async run(harness) {
        for (const status of REDIRECTS) {
          await harness.behave?.({ kind: "status", status, body: "elsewhere" });
          ensureEqual((await ping(harness)).kind, "failed", `outcome of status ${status}`);
        }
      },
    },
    ...(["refuse", "drop", "hang"] as const).map((kind): ContractCase<DeadManHarness> => ({
      name: `calls ${WORDS[kind]} worth another attempt`,
      cannotRun: needsService,
      async run(harness) {
        await harness.behave?.({ kind });
        ensureFailed(await ping(harness), true);
      },
    })),
    {
      name: "pings again once the service is well again",
      cannotRun: needsService,
      async run(harness) {
        await harness.behave?.({ kind: "status", status: 503, body: "later" });
        await ping(harness);
        await harness.behave?.({ kind: "accept" });
        ensureEqual(await ping(harness), { kind: "pinged" }, "outcome after a failure");
      },
    },
    {
      name: "answers with an outcome when the service answers nonsense",
      cannotRun: needsService,
      async run(harness) {
        for (const body of NONSENSE) {
          await harness.behave?.({ kind: "malformed", body });
          const outcome = await ping(harness);
          ensure(outcome.kind === "pinged" || outcome.reason !== "", "it failed without a reason");
        }
      },
    },
    {
      name: "keeps its secret out of every reason, error and log line",
      cannotRun: (harness) => needsService(harness) ?? (harness.secret === undefined ? "it has no secret" : undefined),
      run: (harness) => keepsQuiet(harness, harness.secret ?? ""),
    },
  ],
};

function statusCase(status: number, retryable: boolean): ContractCase<DeadManHarness> {
  return {
    name: `calls status ${status} ${retryable ? "worth another attempt" : "final"}`,
    cannotRun: needsService,
    async run(harness) {
      await harness.behave?.({ kind: "status", status, body: "no" });
      ensureFailed(await ping(harness), retryable);
    },
  };
}

/** Services quote the address that they were called at. */
async function keepsQuiet(harness: DeadManHarness, secret: string): Promise<void> {
  const worlds: readonly ProviderBehaviour[] = [
    { kind: "accept" },
    { kind: "status", status: 404, body: `there is no check ${secret}` },
    { kind: "status", status: 500, body: `cannot handle /ping/${secret}` },
    { kind: "malformed", body: `{"ok":false,"error":"${secret}"}` },
    { kind: "drop" },
    { kind: "hang" },
    { kind: "refuse" },
  ];
  for (const world of worlds) {
    await harness.behave?.(world);
    const said = await everythingSaid(() => ping(harness));
    ensure(!said.includes(secret), `it lets out of ${world.kind}: ${said.replaceAll(secret, "…")}`);
  }
}

function ping({ deadMan, patienceMs }: DeadManHarness): Promise<DeadManOutcome> {
  return ensureComes("the outcome of a ping", deadMan.ping(), patienceMs);
}

function needsService(harness: DeadManHarness): string | undefined {
  return harness.behave === undefined ? "its service cannot be made to misbehave" : undefined;
}

function ensureFailed(outcome: DeadManOutcome, retryable: boolean): void {
  ensure(outcome.kind === "failed", "the ping was not taken, and the outcome says pinged");
  ensureEqual(outcome.retryable, retryable, `retryable of "${outcome.reason}"`);
  ensure(outcome.reason !== "", "it failed without a reason");
}
