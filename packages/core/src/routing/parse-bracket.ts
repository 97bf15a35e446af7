import { characterSet, complement, LETTER_CLASSES, NAMED_CLASSES, type CharacterSet } from "./character-set.js";
import { parseEscape } from "./parse-escape.js";
import { PatternRefusal, type PatternText } from "./pattern-text.js";

/** Reads a class after its `[`; `fold` adds what the flags ask for to each part, before any negation. */
export function parseBracket(text: PatternText, fold: (set: CharacterSet, at: number) => CharacterSet): CharacterSet {
  const { characters } = text;
  const opened = text.at - 1;
  const negated = characters[text.at] === "^";
  if (negated) text.at += 1;
  const ranges: (readonly [number, number])[] = [];
  const first = text.at;
  while (text.at === first || characters[text.at] !== "]") {
    if (text.at >= characters.length) {
      throw new PatternRefusal("bad-class", opened, "a [ is never closed; write \\[ for the character");
    }
    const started = text.at;
    const known = namedClass(text) ?? letterClass(text);
    if (known === undefined) {
      ranges.push(...fold([readRange(text)], started));
      continue;
    }
    const set = fold(known.set, started);
    ranges.push(...(known.negated ? complement(set) : set));
  }
  text.at += 1;
  const set = characterSet(ranges);
  return negated ? complement(set) : set;
}

type KnownClass = { readonly set: CharacterSet; readonly negated: boolean };

function namedClass(text: PatternText): KnownClass | undefined {
  const { at, characters } = text;
  if (characters[at] !== "[" || characters[at + 1] !== ":") return undefined;
  const written = /^\[:(\^?)([^:\]]*):\]/.exec(characters.slice(at, at + 16).join(""));
  if (written === null) return undefined;
  const [whole, caret, name] = written;
  const set = NAMED_CLASSES.get(name as string);
  if (set === undefined) {
    const names = [...NAMED_CLASSES.keys()].join(", ");
    throw new PatternRefusal("bad-class", at, `there is no class ${whole}; there are ${names}`);
  }
  text.at += whole.length;
  return { set, negated: caret !== "" };
}

function letterClass(text: PatternText): KnownClass | undefined {
  const letter = text.characters[text.at + 1] ?? "";
  const kind = letter.toLowerCase();
  if (text.characters[text.at] !== "\\" || !Object.hasOwn(LETTER_CLASSES, kind)) return undefined;
  text.at += 2;
  return { set: LETTER_CLASSES[kind] as CharacterSet, negated: kind !== letter };
}

function readRange(text: PatternText): readonly [number, number] {
  const { characters } = text;
  const started = text.at;
  const low = readCharacter(text);
  if (characters[text.at] !== "-" || (characters[text.at + 1] ?? "]") === "]") return [low, low];
  text.at += 1;
  const high = readCharacter(text);
  if (high >= low) return [low, high];
  const written = characters.slice(started, text.at).join("");
  throw new PatternRefusal("bad-class", started, `the range ${written} runs backwards`);
}

function readCharacter(text: PatternText): number {
  const character = text.characters[text.at] as string;
  text.at += 1;
  return (character === "\\" ? parseEscape(text) : character).codePointAt(0) as number;
}
