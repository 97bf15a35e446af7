import type { MakeHarness } from "../port-contract.js";

/** A right adapter for a contract, and for each of its cases an adapter that breaks that one promise. */
export type Broken<Harness> = {
  readonly right: MakeHarness<Harness>;
  /** By the name of the one case that must fail. */
  readonly flawed: Readonly<Record<string, MakeHarness<Harness>>>;
};
