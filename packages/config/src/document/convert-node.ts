import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Alias, Node, YAMLMap } from "yaml";
import type { ConfigIssueCode } from "../config-issue.js";

/** Something wrong with a document before any meaning is looked at; `range` is in characters. */
export type DocumentProblem = {
  readonly code: ConfigIssueCode;
  readonly message: string;
  readonly fix: string;
  readonly range: readonly [number, number];
  /** The first place of something that stands twice. */
  readonly firstRange?: readonly [number, number];
};

/** Values beyond this many, counted with every alias written out, are an alias bomb and no configuration. */
const MAX_VALUES = 1_000_000;
/** Deeper than anything the schema knows, and far from the stack's end. */
const MAX_DEPTH = 64;

type Converted = { readonly value: unknown; readonly size: number };

/** Turns parsed YAML into plain values, aliases shared, and says what cannot be turned. */
export function convertNode(root: unknown): {
  readonly value: unknown;
  readonly problems: readonly DocumentProblem[];
  readonly aliasTargets: ReadonlyMap<unknown, unknown>;
} {
  const conversion = new Conversion();
  const { value } = conversion.convert(root, 0);
  return { value, problems: conversion.problems, aliasTargets: conversion.aliasTargets };
}

class Conversion {
  readonly problems: DocumentProblem[] = [];
  readonly aliasTargets = new Map<unknown, unknown>();
  readonly #anchors = new Map<string, Node>();
  readonly #done = new Map<Node, Converted>();
  #tooLarge = false;

  convert(node: unknown, depth: number): Converted {
    if (depth > MAX_DEPTH) {
      this.#report("too-large", node, `This nests more than ${MAX_DEPTH} levels deep.`, "Write it flatter.");
      return { value: undefined, size: 1 };
    }
    if (isAlias(node)) return this.#alias(node);
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      return this.#finish(node, { value: node.value, size: 1 });
    }
    if (!isMap(node) && !isSeq(node)) return { value: null, size: 1 };
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    return this.#finish(node, isMap(node) ? this.#map(node, depth) : this.#list(node.items, depth));
  }

  #finish(node: Node, converted: Converted): Converted {
    if (node.anchor !== undefined) this.#done.set(node, converted);
    return converted;
  }

  #list(items: readonly unknown[], depth: number): Converted {
    const value: unknown[] = [];
    let size = 1;
    for (const item of items) {
      const converted = this.convert(item, depth + 1);
      value.push(converted.value);
      size = this.#grow(size, converted.size, item);
    }
    return { value, size };
  }

  #map(map: YAMLMap, depth: number): Converted {
    const value: Record<string, unknown> = {};
    const merged: Record<string, unknown>[] = [];
    const seen = new Map<string, unknown>();
    let size = 1;
    for (const pair of map.items) {
      const converted = this.convert(pair.value, depth + 1);
      size = this.#grow(size, converted.size, pair.value);
      if (isMergeKey(pair.key)) {
        merged.push(...this.#mergeSources(converted.value, pair.key));
        continue;
      }
      const key = this.#key(pair.key);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first !== undefined) {
        this.problems.push({
          code: "duplicate",
          message: `The key \`${key}\` stands twice in one map.`,
          fix: "Remove one of the two.",
          range: rangeOf(pair.key),
          firstRange: rangeOf(first),
        });
        continue;
      }
      seen.set(key, pair.key);
      value[key] = converted.value;
    }
    for (const source of merged) {
      for (const [key, inherited] of Object.entries(source)) {
        if (!Object.hasOwn(value, key)) value[key] = inherited;
      }
    }
    return { value, size };
  }

  #key(key: unknown): string | undefined {
    if (isScalar(key) && key.anchor !== undefined) this.#anchors.set(key.anchor, key);
    const text = isScalar(key) ? keyText(key.value) : undefined;
    if (text === undefined) {
      this.#report(
        "wrong-type",
        key,
        "A key is a plain word here, and this one is not.",
        "Write a word before the colon.",
      );
    } else if (text === "__proto__") {
      this.#report("unknown-key", key, "`__proto__` cannot be a key.", "Choose another name.");
      return undefined;
    }
    return text;
  }

  #mergeSources(value: unknown, key: unknown): Record<string, unknown>[] {
    const sources = Array.isArray(value) ? value : [value];
    const maps = sources.filter(isPlainMap);
    if (maps.length < sources.length) {
      this.#report(
        "wrong-type",
        key,
        "`<<` takes in another map, and this is none.",
        "Write an alias of a map after it, such as `<<: *defaults`.",
      );
    }
    return maps;
  }

  #alias(alias: Alias): Converted {
    const target = this.#anchors.get(alias.source);
    const done = target === undefined ? undefined : this.#done.get(target);
    if (target === undefined || done === undefined) {
      const message =
        target === undefined
          ? `The alias \`*${alias.source}\` names no anchor before it.`
          : `The alias \`*${alias.source}\` stands inside what it names, which would never end.`;
      this.#report("syntax", alias, message, `Put \`&${alias.source}\` on the value that is meant, before this line.`);
      return { value: undefined, size: 1 };
    }
    this.aliasTargets.set(alias, target);
    return this.#tooLarge ? { value: undefined, size: 1 } : done;
  }

  #grow(size: number, more: number, node: unknown): number {
    const grown = size + more;
    if (grown > MAX_VALUES && !this.#tooLarge) {
      this.#tooLarge = true;
      const message = `With its aliases written out, this is more than ${MAX_VALUES} values.`;
      this.#report("too-large", node, message, "Use fewer aliases of aliases.");
    }
    return grown;
  }

  #report(code: ConfigIssueCode, node: unknown, message: string, fix: string): void {
    this.problems.push({ code, message, fix, range: rangeOf(node) });
  }
}

/** `1:` and `true:` are names too. */
function keyText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<";
}

function isPlainMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range;
  return range === null || range === undefined ? [0, 0] : [range[0], range[1]];
}
