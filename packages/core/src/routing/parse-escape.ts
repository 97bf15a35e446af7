import { PatternRefusal, type PatternText } from "./pattern-text.js";

const CONTROLS: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Reads what follows a backslash and stands for one character, as RE2 does; the backslash itself was read. */
export function parseEscape(text: PatternText): string {
  const { characters } = text;
  const started = text.at - 1;
  const letter = characters[text.at];
  if (letter === undefined) {
    throw new PatternRefusal("bad-escape", started, "the pattern ends with a backslash; write \\\\ for the character");
  }
  text.at += 1;
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter] as string;
  const rest = characters.slice(text.at - 1, text.at + 9).join("");
  const coded = /^(?:(0[0-7]{0,2}|[1-7][0-7]{1,2})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\})/.exec(rest);
  if (coded !== null) {
    const [whole, octal, short, long] = coded;
    text.at += whole.length - 1;
    const code = octal === undefined ? parseInt(short ?? (long as string), 16) : parseInt(octal, 8);
    if (code <= 0x10ffff) return String.fromCodePoint(code);
  }
  if (/^[1-9]$/.test(letter)) {
    throw new PatternRefusal("back-reference", started, `\\${letter} refers back to a group, which RE2 does not have`);
  }
  if (letter === "p" || letter === "P") {
    const message = `Unicode classes such as \\${letter} are not supported; write a range, such as [α-ω]`;
    throw new PatternRefusal("unicode-class", started, message);
  }
  if (/^[!-/:-@[-`{-~ ]$/.test(letter)) return letter;
  throw new PatternRefusal(
    "bad-escape",
    started,
    `\\${letter} means nothing in RE2; leave the backslash out, or write \\\\`,
  );
}
