import type { CharacterSet } from "./character-set.js";

/** A regular expression as a tree; groups, names and greed are gone, as only the whole value is ever asked about. */
export type PatternNode =
  | { readonly kind: "characters"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly item: PatternNode; readonly least: number; readonly most: number | undefined }
  | { readonly kind: "assertion"; readonly at: PatternPlace };

/** What must hold between two characters. */
export type PatternPlace = "start" | "end" | "word-boundary" | "inside-word-or-gap";

/** Why a pattern is refused; `at` is the place in it, counted in characters from zero. */
export type PatternProblem = {
  readonly code:
    | "back-reference"
    | "bad-class"
    | "bad-escape"
    | "bad-flag"
    | "bad-group"
    | "bad-repeat"
    | "look-around"
    | "multi-line"
    | "too-large"
    | "unbalanced-group"
    | "unicode-class"
    | "folding-beyond-ascii";
  readonly at: number;
  readonly message: string;
};

/** The steps that a tree takes as a program, without making it, which for repeats of repeats may be very many. */
export function stepsOf(node: PatternNode): number {
  switch (node.kind) {
    case "characters":
    case "assertion":
      return 1;
    case "sequence":
      return node.items.reduce((sum, item) => sum + stepsOf(item), 0);
    case "choice":
      return node.options.reduce((sum, option) => sum + stepsOf(option) + 2, 1);
    case "repeat": {
      const { item, least, most } = node;
      const once = stepsOf(item);
      return least * once + (most === undefined ? once + 2 : (most - least) * (once + 1));
    }
  }
}

/**
 * The ways in which a backtracking engine may walk through a tree at most, for values of up to `length` characters;
 * infinite when a repeat without an end holds more than one character.
 */
export function waysThrough(node: PatternNode, length: number): number {
  switch (node.kind) {
    case "characters":
    case "assertion":
      return 1;
    case "sequence":
      return node.items.reduce((product, item) => product * waysThrough(item, length), 1);
    case "choice":
      return node.options.reduce((sum, option) => sum + waysThrough(option, length), 0);
    case "repeat": {
      if (node.most === undefined) return node.item.kind === "characters" ? length + 1 : Infinity;
      const once = waysThrough(node.item, length);
      let ways = 0;
      for (let times = node.least; times <= node.most; times += 1) ways += once ** times;
      return ways;
    }
  }
}

const MOST_LITERALS = 1_024;

/** The values that a tree stands for when they are few and can be listed; else undefined. */
export function literalsOf(node: PatternNode): readonly string[] | undefined {
  switch (node.kind) {
    case "characters": {
      const size = node.set.reduce((sum, [low, high]) => sum + high - low + 1, 0);
      if (size > MOST_LITERALS) return undefined;
      return node.set.flatMap(([low, high]) =>
        Array.from({ length: high - low + 1 }, (_, index) => String.fromCodePoint(low + index)),
      );
    }
    case "assertion":
    case "repeat":
      return undefined;
    case "sequence":
      return node.items.reduce<readonly string[] | undefined>(
        (starts, item) => {
          const ends = starts === undefined ? undefined : literalsOf(item);
          if (starts === undefined || ends === undefined || starts.length * ends.length > MOST_LITERALS)
            return undefined;
          return starts.flatMap((start) => ends.map((end) => start + end));
        },
        [""],
      );
    case "choice": {
      const all = node.options.map(literalsOf);
      const known = all.filter((literals) => literals !== undefined).flat();
      return all.includes(undefined) || known.length > MOST_LITERALS ? undefined : [...new Set(known)];
    }
  }
}

/** What every value begins with that a tree stands for; often nothing. */
export function prefixOf(node: PatternNode): string {
  let prefix = "";
  for (const item of node.kind === "sequence" ? node.items : [node]) {
    const [only, ...others] = item.kind === "characters" ? (literalsOf(item) ?? []) : [];
    if (only === undefined || others.length > 0) break;
    prefix += only;
  }
  return prefix;
}

/** Leaves out the anchors around a whole tree, which say again what is always so: that the whole value must match. */
export function withoutOuterAnchors(node: PatternNode): PatternNode {
  if (node.kind === "choice") return { kind: "choice", options: node.options.map(withoutOuterAnchors) };
  if (node.kind !== "sequence") return node;
  const from = node.items.findIndex((item) => !isAnchor(item, "start"));
  const to = node.items.findLastIndex((item) => !isAnchor(item, "end"));
  const items = from === -1 ? [] : node.items.slice(from, to + 1);
  const [only, ...others] = items;
  return only?.kind === "choice" && others.length === 0 ? withoutOuterAnchors(only) : { kind: "sequence", items };
}

function isAnchor(node: PatternNode, at: PatternPlace): boolean {
  return node.kind === "assertion" && node.at === at;
}
