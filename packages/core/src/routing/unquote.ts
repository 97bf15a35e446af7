import { failure, success, type Result } from "../errors/result.js";

/** Why a quoted text can not be read; `at` counts characters from zero inside the quotes. */
export type UnquoteProblem = { readonly at: number; readonly message: string };

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))/gsu;

/**
 * Reads what is between double quotes with the escapes of Go's strings. Bytes beyond ASCII can not be written as `\x` or
 * in octal here, as one of them alone is no text.
 */
export function unquote(inside: string): Result<string, UnquoteProblem> {
  let problem: UnquoteProblem | undefined;
  const text = inside.replace(ESCAPE, (whole: string, ...groups: (string | number | undefined)[]) => {
    const [simple, byte, octal, short, long, , offset] = groups as readonly (string | undefined)[];
    const known = SIMPLE.get(simple ?? "");
    if (known !== undefined) return known;
    const wide = short ?? long;
    const code =
      wide === undefined ? (byte === undefined ? parseInt(octal ?? "", 8) : parseInt(byte, 16)) : parseInt(wide, 16);
    if (code <= (wide === undefined ? 0x7f : 0x10ffff) && !(code >= 0xd800 && code <= 0xdfff)) {
      return String.fromCodePoint(code);
    }
    const at = Array.from(inside.slice(0, Number(offset))).length;
    problem ??= {
      at,
      message: `${whole} is no escape here; write \\\\ for a backslash, or \\u and four hexadecimal digits for a character`,
    };
    return "";
  });
  return problem === undefined ? success(text) : failure(problem);
}
