import type { PatternProblem } from "./pattern-node.js";

/** A pattern that is being read, and how far it has been. */
export type PatternText = { readonly characters: readonly string[]; at: number };

/** Leaves the parser from any depth; never leaves `parsePattern`. */
export class PatternRefusal extends Error {
  readonly problem: PatternProblem;

  constructor(code: PatternProblem["code"], at: number, message: string) {
    super(message);
    this.problem = { code, at, message };
  }
}
