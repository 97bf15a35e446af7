/** One property of an iCalendar file, RFC 5545 section 3.1. */
export type ContentLine = {
  /** Upper case. */
  readonly name: string;
  /** By upper-case name; several values stay joined by commas, quotes are taken off. */
  readonly parameters: ReadonlyMap<string, string>;
  /** As written: text is still escaped. */
  readonly value: string;
  /** Where it begins in the file, counted from 1. */
  readonly line: number;
};

/** A line that is no property. */
export type UnreadableLine = { readonly line: number; readonly found: string };

const MOST_OCTETS = 75; // without the line break; RFC 5545, 3.1
const SHOWN_CHARACTERS = 40;

/** Writes a property, folded so that no line has more than 75 octets and no character is cut. Ends with CRLF. */
export function writeContentLine(name: string, value: string): string {
  let folded = "";
  let octets = 0;
  for (const character of `${name}:${value}`) {
    const size = octetsOf(character);
    if (octets + size > MOST_OCTETS) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return `${folded}\r\n`;
}

/** The length of a character in UTF-8. */
function octetsOf(character: string): number {
  const code = character.codePointAt(0) as number;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

// Everything but the tab that RFC 5545 keeps out of text, and what hides text or turns its direction.
const CONTROLS = /[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes text for a value: RFC 5545, 3.3.11. Line breaks stay, as `\n`; other controls become spaces. */
export function escapeText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\\;,]/g, "\\$&")
    .split("\n")
    .map((line) => line.replace(CONTROLS, " "))
    .join("\\n");
}

/** Reads escaped text. */
export function unescapeText(value: string): string {
  return value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" || escaped === "N" ? "\n" : escaped));
}

/** Unfolds a file and reads its properties; lines that are none are set aside. Line breaks may be CRLF or LF. */
export function readContentLines(text: string): {
  readonly lines: readonly ContentLine[];
  readonly unreadable: readonly UnreadableLine[];
} {
  const unfolded: { text: string[]; line: number }[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const last = unfolded.at(-1);
    if (last !== undefined && /^[ \t]/.test(line)) last.text.push(line.slice(1));
    else if (line !== "") unfolded.push({ text: [line], line: index + 1 });
  }
  const lines: ContentLine[] = [];
  const unreadable: UnreadableLine[] = [];
  for (const { text: parts, line } of unfolded) {
    const whole = parts.join("");
    const read = readContentLine(whole, line);
    if (read === undefined) unreadable.push({ line, found: shown(whole) });
    else lines.push(read);
  }
  return { lines, unreadable };
}

/** A foreign text, short enough for a message. */
export function shown(text: string): string {
  const printable = text.replace(CONTROLS, " ");
  return printable.length <= SHOWN_CHARACTERS ? printable : `${printable.slice(0, SHOWN_CHARACTERS)}...`;
}

// One alternative for each kind of character, so that a long line costs its length and no more.
const NAME = /[A-Za-z0-9-]+/y;
const PARAMETER = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:])*)/y;

function readContentLine(text: string, line: number): ContentLine | undefined {
  NAME.lastIndex = 0;
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return undefined;
  const parameters = new Map<string, string>();
  let end = name.length;
  for (;;) {
    PARAMETER.lastIndex = end;
    const parameter = PARAMETER.exec(text);
    if (parameter === null) break;
    const [whole, key, value] = parameter as unknown as readonly [string, string, string];
    parameters.set(key.toUpperCase(), value.replaceAll('"', ""));
    end += whole.length;
  }
  if (text[end] !== ":") return undefined;
  return { name: name.toUpperCase(), parameters, value: text.slice(end + 1), line };
}
