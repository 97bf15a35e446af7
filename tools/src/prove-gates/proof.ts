/** Files that a step writes: their text, or an edit of what is there. */
export type Plants = Readonly<Record<string, string | ((before: string) => string)>>;

/** One run of a gate on a planted tree, and what it has to say. */
export interface ProofStep {
  readonly plants?: Plants;
  readonly command: readonly [string, ...string[]];
  /** `passes` shows that the gate is not simply always red. */
  readonly must: "fail" | "pass";
  /** Every one of these has to be in what the gate says. */
  readonly says: readonly string[];
  /** The last line, to the letter. */
  readonly lastLine?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A gate, and the violations it has to find. `copy` is this repository with the plants among its files;
 * `small` is the tools and the configuration around planted packages only, where building this repository would take too long.
 */
export interface Proof {
  readonly gate: string;
  readonly tree: "copy" | "small";
  /** Left out of the everyday run. */
  readonly slow?: true;
  readonly steps: readonly ProofStep[];
}

/** The command that runs one of tools/src/gates. */
export function gate(name: string, ...args: string[]): readonly [string, ...string[]] {
  return ["node", "tools/src/gate.mjs", name, ...args];
}
