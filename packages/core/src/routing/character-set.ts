/** Code points as ascending ranges that neither touch nor overlap; both ends are in. */
export type CharacterSet = readonly (readonly [number, number])[];

const LAST_CODE_POINT = 0x10ffff;

/** Puts ranges in order and joins those that touch. */
export function characterSet(ranges: CharacterSet): CharacterSet {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

/** Every code point that is not in the set. */
export function complement(set: CharacterSet): CharacterSet {
  const others: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) others.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST_CODE_POINT) others.push([next, LAST_CODE_POINT]);
  return others;
}

export function contains(set: CharacterSet, code: number): boolean {
  return set.some(([low, high]) => low <= code && code <= high);
}

/**
 * Adds the other case of every ASCII letter in the set, and the two letters beyond ASCII that fold to one: the long s
 * and the Kelvin sign. Undefined when the set holds anything beyond ASCII, whose folding differs between engines.
 */
export function foldAscii(set: CharacterSet): CharacterSet | undefined {
  if (set.some(([, high]) => high > 0x7f)) return undefined;
  const folded: [number, number][] = set.map(([low, high]) => [low, high]);
  for (let upper = 0x41; upper <= 0x5a; upper += 1) {
    const lower = upper + 0x20;
    if (!contains(set, upper) && !contains(set, lower)) continue;
    folded.push([upper, upper], [lower, lower]);
    if (lower === 0x73) folded.push([0x17f, 0x17f]);
    if (lower === 0x6b) folded.push([0x212a, 0x212a]);
  }
  return characterSet(folded);
}

const DIGITS: CharacterSet = [[0x30, 0x39]];
const LETTERS: CharacterSet = [
  [0x41, 0x5a],
  [0x61, 0x7a],
];
/** RE2's `\s`: unlike JavaScript's it has neither the vertical tab nor any space beyond ASCII. */
const SPACES: CharacterSet = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
];
export const WORD_CHARACTERS = characterSet([...DIGITS, ...LETTERS, [0x5f, 0x5f]]);

/** Everything that `.` stands for: without the flag `s` a newline is not in it. */
export const ANY_BUT_NEWLINE = complement([[0x0a, 0x0a]]);
export const ANY = complement([]);

/** The classes that are written with a letter after a backslash. */
export const LETTER_CLASSES: Readonly<Record<string, CharacterSet>> = { d: DIGITS, s: SPACES, w: WORD_CHARACTERS };

/** The classes that are written `[:name:]` inside brackets. */
export const NAMED_CLASSES: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ["alnum", characterSet([...DIGITS, ...LETTERS])],
  ["alpha", LETTERS],
  ["ascii", [[0x00, 0x7f]]],
  [
    "blank",
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    "cntrl",
    [
      [0x00, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ["digit", DIGITS],
  ["graph", [[0x21, 0x7e]]],
  ["lower", [[0x61, 0x7a]]],
  ["print", [[0x20, 0x7e]]],
  [
    "punct",
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  [
    "space",
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ["upper", [[0x41, 0x5a]]],
  ["word", WORD_CHARACTERS],
  ["xdigit", characterSet([...DIGITS, [0x41, 0x46], [0x61, 0x66]])],
]);
