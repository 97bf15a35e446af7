import { failure, success, type Result } from "../errors/result.js";
import {
  ANY,
  ANY_BUT_NEWLINE,
  characterSet,
  complement,
  foldAscii,
  LETTER_CLASSES,
  type CharacterSet,
} from "./character-set.js";
import { parseBracket } from "./parse-bracket.js";
import { parseEscape } from "./parse-escape.js";
import type { PatternNode, PatternPlace, PatternProblem } from "./pattern-node.js";
import { PatternRefusal, type PatternText } from "./pattern-text.js";

type Flags = { readonly ignoreCase: boolean; readonly dotIsAny: boolean };

const MOST_REPEATS = 1_000; // RE2's own bound
const DEEPEST_GROUP = 100;
const LONGEST_PATTERN = 4_096;

/**
 * Reads a regular expression in RE2's syntax, which Alertmanager uses. What RE2 refuses is refused by name; so is the
 * little that RE2 takes and this does not: `(?m)`, Unicode classes, and `(?i)` on letters beyond ASCII.
 */
export function parsePattern(pattern: string): Result<PatternNode, PatternProblem> {
  const characters = Array.from(pattern);
  if (characters.length > LONGEST_PATTERN) {
    const message = `the pattern has ${characters.length} characters; ${LONGEST_PATTERN} are the most that it may have`;
    return failure({ code: "too-large", at: LONGEST_PATTERN, message });
  }
  const text: PatternText = { characters, at: 0 };
  try {
    const node = parseChoice(text, { ignoreCase: false, dotIsAny: false }, 0);
    if (text.at < characters.length) {
      throw new PatternRefusal("unbalanced-group", text.at, "a ) has no ( before it; write \\) for the character");
    }
    return success(node);
  } catch (error) {
    if (error instanceof PatternRefusal) return failure(error.problem);
    throw error;
  }
}

function parseChoice(text: PatternText, outer: Flags, depth: number): PatternNode {
  const { characters } = text;
  if (depth > DEEPEST_GROUP) {
    throw new PatternRefusal("too-large", text.at, `groups are nested more than ${DEEPEST_GROUP} deep`);
  }
  let flags = outer;
  const options: PatternNode[] = [];
  let items: PatternNode[] = [];
  while (text.at < characters.length && characters[text.at] !== ")") {
    const opened = text.at;
    if (characters[opened] === "|") {
      text.at += 1;
      options.push(sequenceOf(items));
      items = [];
      continue;
    }
    if (characters[opened] === "(") {
      const group = openGroup(text, flags);
      if (group.kind === "flags") {
        flags = group.flags;
        continue;
      }
      const inside = parseChoice(text, group.flags, depth + 1);
      if (characters[text.at] !== ")") {
        throw new PatternRefusal("unbalanced-group", opened, "a ( is never closed; write \\( for the character");
      }
      text.at += 1;
      items.push(parseRepeat(text, inside));
      continue;
    }
    items.push(
      ...parseAtom(text, flags).map((atom, index, all) => (index === all.length - 1 ? parseRepeat(text, atom) : atom)),
    );
  }
  const last = sequenceOf(items);
  return options.length === 0 ? last : choiceOf([...options, last]);
}

function sequenceOf(items: readonly PatternNode[]): PatternNode {
  const [only, ...others] = items;
  return only !== undefined && others.length === 0 ? only : { kind: "sequence", items };
}

// A choice between single characters is a set of them, which costs one step and can be repeated without a second thought.
function choiceOf(options: readonly PatternNode[]): PatternNode {
  const sets = options.flatMap((option) => (option.kind === "characters" ? [option.set] : []));
  return sets.length === options.length
    ? { kind: "characters", set: characterSet(sets.flat()) }
    : { kind: "choice", options };
}

/** Reads one character, class, anchor or quoted text; only the last of several can be repeated. */
function parseAtom(text: PatternText, flags: Flags): readonly PatternNode[] {
  const { characters } = text;
  const started = text.at;
  const character = characters[started] as string;
  if ("*+?".includes(character)) {
    throw new PatternRefusal(
      "bad-repeat",
      started,
      `${character} repeats nothing; write \\${character} for the character`,
    );
  }
  text.at += 1;
  switch (character) {
    case "^":
      return [{ kind: "assertion", at: "start" }];
    case "$":
      return [{ kind: "assertion", at: "end" }];
    case ".":
      return [{ kind: "characters", set: flags.dotIsAny ? ANY : ANY_BUT_NEWLINE }];
    case "[":
      return [{ kind: "characters", set: parseBracket(text, (set, at) => folded(set, flags, at)) }];
    case "\\":
      return parseBackslash(text, flags);
    default:
      return [literal(character, flags, started)];
  }
}

const PLACES: Readonly<Record<string, PatternPlace>> = {
  A: "start",
  z: "end",
  b: "word-boundary",
  B: "inside-word-or-gap",
};

function parseBackslash(text: PatternText, flags: Flags): readonly PatternNode[] {
  const { characters } = text;
  const started = text.at - 1;
  const letter = characters[text.at] ?? "";
  if (Object.hasOwn(PLACES, letter)) {
    text.at += 1;
    return [{ kind: "assertion", at: PLACES[letter] as PatternPlace }];
  }
  const kind = letter.toLowerCase();
  if (Object.hasOwn(LETTER_CLASSES, kind)) {
    text.at += 1;
    const set = folded(LETTER_CLASSES[kind] as CharacterSet, flags, started);
    return [{ kind: "characters", set: kind === letter ? set : complement(set) }];
  }
  if (letter === "Q") {
    text.at += 1;
    const end = characters.findIndex((_, at) => at >= text.at && characters[at] === "\\" && characters[at + 1] === "E");
    const quoted = characters.slice(text.at, end === -1 ? undefined : end);
    const first = text.at;
    text.at = end === -1 ? characters.length : end + 2;
    return quoted.map((character, index) => literal(character, flags, first + index));
  }
  return [literal(parseEscape(text), flags, started)];
}

function literal(character: string, flags: Flags, at: number): PatternNode {
  const code = character.codePointAt(0) as number;
  return { kind: "characters", set: folded([[code, code]], flags, at) };
}

function folded(set: CharacterSet, { ignoreCase }: Flags, at: number): CharacterSet {
  const result = ignoreCase ? foldAscii(set) : set;
  if (result !== undefined) return result;
  throw new PatternRefusal(
    "folding-beyond-ascii",
    at,
    "(?i) is only for ASCII letters here; write both cases of any other, such as [éÉ]",
  );
}

type Group = { readonly kind: "group" | "flags"; readonly flags: Flags };

function openGroup(text: PatternText, flags: Flags): Group {
  const opened = text.at;
  const rest = text.characters.slice(opened + 1, opened + 4).join("");
  text.at += 1;
  if (!rest.startsWith("?")) return { kind: "group", flags };
  const looks = /^\?<?[=!]/.exec(rest);
  if (looks !== null) {
    throw new PatternRefusal(
      "look-around",
      opened,
      `(${looks[0]} looks around, which RE2 does not have; use another matcher, such as one with !~`,
    );
  }
  text.at += 1;
  const name = /^\?P?</.exec(rest);
  if (name !== null) {
    text.at += name[0].length - 1;
    const end = text.characters.indexOf(">", text.at);
    const between = end === -1 ? "" : text.characters.slice(text.at, end).join("");
    if (!/^\w+$/.test(between)) {
      throw new PatternRefusal("bad-group", opened, "a group's name is letters, digits and _ between < and >");
    }
    text.at = end + 1;
    return { kind: "group", flags };
  }
  return openFlags(text, opened, flags);
}

function openFlags(text: PatternText, opened: number, outer: Flags): Group {
  let { ignoreCase, dotIsAny } = outer;
  let on = true;
  for (;;) {
    const character = text.characters[text.at];
    text.at += 1;
    switch (character) {
      case "i":
        ignoreCase = on;
        break;
      case "s":
        dotIsAny = on;
        break;
      case "U": // greed makes no difference to whether a whole value matches
        break;
      case "m":
        throw new PatternRefusal(
          "multi-line",
          opened,
          "(?m) is not supported: ^ and $ are the ends of the whole value",
        );
      case "-":
        on = false;
        break;
      case ":":
        return { kind: "group", flags: { ignoreCase, dotIsAny } };
      case ")":
        return { kind: "flags", flags: { ignoreCase, dotIsAny } };
      default:
        throw new PatternRefusal(
          "bad-flag",
          opened,
          `(?${character ?? ""} is no group that RE2 has; write (?: for a group, or the flags i, s or U`,
        );
    }
  }
}

function parseRepeat(text: PatternText, item: PatternNode): PatternNode {
  const bounds = readBounds(text);
  if (bounds === undefined) return item;
  const { started, least, most } = bounds;
  if (text.characters[text.at] === "?") text.at += 1;
  const again = text.at;
  if (readBounds(text) !== undefined) {
    throw new PatternRefusal("bad-repeat", again, "what is repeated is repeated again; put a group (?: ) around it");
  }
  if (least > MOST_REPEATS || (most ?? 0) > MOST_REPEATS) {
    throw new PatternRefusal("bad-repeat", started, `a repeat counts up to ${MOST_REPEATS} at most`);
  }
  if (most !== undefined && most < least) {
    throw new PatternRefusal("bad-repeat", started, `a repeat of at least ${least} can not be at most ${most}`);
  }
  return { kind: "repeat", item, least, most };
}

type Bounds = { readonly started: number; readonly least: number; readonly most: number | undefined };

const SIMPLE_BOUNDS: Readonly<Record<string, { readonly least: number; readonly most: number | undefined }>> = {
  "*": { least: 0, most: undefined },
  "+": { least: 1, most: undefined },
  "?": { least: 0, most: 1 },
};

// Undefined, and nothing read, where no repeat is written: a { that begins none is a character like others.
function readBounds(text: PatternText): Bounds | undefined {
  const started = text.at;
  const simple = SIMPLE_BOUNDS[text.characters[started] ?? ""];
  if (simple !== undefined) {
    text.at += 1;
    return { started, ...simple };
  }
  const counted = /^\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/.exec(text.characters.slice(started, started + 16).join(""));
  if (counted === null) return undefined;
  const [whole, least, comma, most] = counted;
  text.at += whole.length;
  const lowest = Number(least);
  return { started, least: lowest, most: comma === undefined ? lowest : most === undefined ? undefined : Number(most) };
}
