import { contains, WORD_CHARACTERS, type CharacterSet } from "./character-set.js";
import type { PatternNode, PatternPlace } from "./pattern-node.js";

type Step =
  | { readonly kind: "characters"; readonly set: CharacterSet }
  | { readonly kind: "assertion"; readonly at: PatternPlace }
  /** Goes on at both; the second may be the same as the first. */
  | { readonly kind: "fork"; first: number; second: number }
  | { readonly kind: "matched" };

/** A tree as steps for a machine that walks all ways at once: its time is the value's length times the steps. */
export type PatternProgram = readonly Step[];

export function patternProgram(node: PatternNode): PatternProgram {
  const steps: Step[] = [];
  write(steps, node);
  steps.push({ kind: "matched" });
  return steps;
}

function write(steps: Step[], node: PatternNode): void {
  switch (node.kind) {
    case "characters":
    case "assertion":
      steps.push(node);
      return;
    case "sequence":
      for (const item of node.items) write(steps, item);
      return;
    case "choice":
      writeChoice(steps, node.options);
      return;
    case "repeat":
      writeRepeat(steps, node);
      return;
  }
}

type Fork = Extract<Step, { kind: "fork" }>;

function fork(steps: Step[]): Fork {
  const next = steps.length + 1;
  const step: Fork = { kind: "fork", first: next, second: next };
  steps.push(step);
  return step;
}

function writeChoice(steps: Step[], options: readonly PatternNode[]): void {
  const exits: Fork[] = [];
  for (const option of options) {
    const entry = fork(steps);
    write(steps, option);
    exits.push(fork(steps));
    entry.second = steps.length;
  }
  // The last option's way around leads past it to nowhere: a value that takes none of them matches nothing.
  steps.push({ kind: "characters", set: [] });
  for (const exit of exits) exit.first = exit.second = steps.length;
}

function writeRepeat(steps: Step[], { item, least, most }: Extract<PatternNode, { kind: "repeat" }>): void {
  for (let times = 0; times < least; times += 1) write(steps, item);
  if (most === undefined) {
    const at = steps.length;
    const entry = fork(steps);
    write(steps, item);
    const back = fork(steps);
    back.first = back.second = at;
    entry.second = steps.length;
    return;
  }
  const skips: Fork[] = [];
  for (let times = least; times < most; times += 1) {
    skips.push(fork(steps));
    write(steps, item);
  }
  for (const skip of skips) skip.second = steps.length;
}

/** Tells whether the whole value matches. */
export function runProgram(program: PatternProgram, value: string): boolean {
  const codes = Array.from(value, (character) => character.codePointAt(0) as number);
  let current = enter(program, [0], { codes, at: 0 });
  for (let at = 0; at < codes.length && current.length > 0; at += 1) {
    const code = codes[at] as number;
    const next = current.filter((pc) => {
      const step = program[pc] as Step;
      return step.kind === "characters" && contains(step.set, code);
    });
    current = enter(
      program,
      next.map((pc) => pc + 1),
      { codes, at: at + 1 },
    );
  }
  // The last step is the only one that is reached after the whole value and waits for no character.
  return current.includes(program.length - 1);
}

type Spot = { readonly codes: readonly number[]; readonly at: number };

/** Follows forks and assertions until every way waits for a character, or is through. */
function enter(program: PatternProgram, starts: readonly number[], spot: Spot): readonly number[] {
  const seen = new Uint8Array(program.length);
  const waiting: number[] = [];
  const open = [...starts];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    if (seen[pc] === 1) continue;
    seen[pc] = 1;
    const step = program[pc] as Step;
    if (step.kind === "fork") open.push(step.first, step.second);
    else if (step.kind !== "assertion") waiting.push(pc);
    else if (holds(step.at, spot)) open.push(pc + 1);
  }
  return waiting;
}

function holds(place: PatternPlace, { codes, at }: Spot): boolean {
  switch (place) {
    case "start":
      return at === 0;
    case "end":
      return at === codes.length;
    case "word-boundary":
      return isWord(codes[at - 1]) !== isWord(codes[at]);
    case "inside-word-or-gap":
      return isWord(codes[at - 1]) === isWord(codes[at]);
  }
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && contains(WORD_CHARACTERS, code);
}
