/** One promise of a port, as a sentence and as code that tries it. */
export type ContractCase<Harness> = {
  /** A sentence in the domain's words that completes "it …". */
  readonly name: string;
  /** Says why this harness cannot try the case, or undefined when it can: a capability, never an excuse. */
  readonly cannotRun?: (harness: Harness) => string | undefined;
  /** Tries the promise; throws a `ContractViolation` when it is broken. */
  run(harness: Harness): Promise<void>;
};

/** Everything that a port promises, so that each adapter can be held to it. */
export type PortContract<Harness> = {
  readonly port: string;
  readonly cases: readonly ContractCase<Harness>[];
};

/** What every harness may bring: how it is put away after a case. */
export type ClosableHarness = { close?(): Promise<void> };

/** Makes a fresh adapter and its world; called once for each case. */
export type MakeHarness<Harness> = () => Harness | Promise<Harness>;

/** The part of vitest, node:test, Mocha or Jest that a contract needs. */
export type TestFramework = {
  readonly describe: (name: string, body: () => void) => unknown;
  // The context differs between frameworks; only `skip(reason)` of it is used, where it is there.
  readonly it: (name: string, body: (context: unknown) => Promise<void>) => unknown;
};

/** How one case of a contract went outside a test framework. */
export type ContractCaseOutcome =
  | { readonly name: string; readonly kind: "kept" }
  | { readonly name: string; readonly kind: "skipped"; readonly reason: string }
  | { readonly name: string; readonly kind: "broken"; readonly error: unknown };

/** Registers a contract's cases as tests, each on a harness of its own. A case that the harness cannot run is skipped by name. */
export function describeContract<Harness extends ClosableHarness>(
  framework: TestFramework,
  contract: PortContract<Harness>,
  makeHarness: MakeHarness<Harness>,
): void {
  framework.describe(`${contract.port} contract`, () => {
    for (const contractCase of contract.cases) {
      framework.it(contractCase.name, async (context) => {
        const outcome = await runCase(contractCase, makeHarness);
        if (outcome.kind === "broken") throw outcome.error;
        if (outcome.kind === "skipped") skip(context, outcome.reason);
      });
    }
  });
}

/** Runs a contract without a test framework and tells how each case went. */
export async function runContract<Harness extends ClosableHarness>(
  contract: PortContract<Harness>,
  makeHarness: MakeHarness<Harness>,
): Promise<readonly ContractCaseOutcome[]> {
  const outcomes: ContractCaseOutcome[] = [];
  for (const contractCase of contract.cases) outcomes.push(await runCase(contractCase, makeHarness));
  return outcomes;
}

async function runCase<Harness extends ClosableHarness>(
  contractCase: ContractCase<Harness>,
  makeHarness: MakeHarness<Harness>,
): Promise<ContractCaseOutcome> {
  const { name } = contractCase;
  const harness = await makeHarness();
  try {
    const reason = contractCase.cannotRun?.(harness);
    if (reason !== undefined) return { name, kind: "skipped", reason };
    await contractCase.run(harness);
    return { name, kind: "kept" };
  } catch (error) {
    return { name, kind: "broken", error };
  } finally {
    await harness.close?.();
  }
}

function skip(context: unknown, reason: string): void {
  if (typeof context !== "object" || context === null || !("skip" in context)) return;
  const { skip: skipTest } = context;
  if (typeof skipTest === "function") skipTest.call(context, reason);
}
