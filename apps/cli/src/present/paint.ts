import type { Io, Sink } from "../io.js";

/** Colours for a terminal, or nothing at all. */
export type Paint = Readonly<Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", (text: string) => string>>;

const ansi = (on: number, off: number) => (text: string) => (text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`);
const same = (text: string) => text;

const COLOURS: Paint = {
  bold: ansi(1, 22),
  dim: ansi(2, 22),
  red: ansi(31, 39),
  yellow: ansi(33, 39),
  green: ansi(32, 39),
  cyan: ansi(36, 39),
};
const PLAIN: Paint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

/** Whether a sink gets colour: a terminal, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise. */
export function wantsColour(sink: Sink, env: Io["env"]): boolean {
  return sink.isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

export function paintFor(sink: Sink, env: Io["env"]): Paint {
  return wantsColour(sink, env) ? COLOURS : PLAIN;
}

/** A text from elsewhere as one line that cannot steer a terminal, nor read as another by marks of direction. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ");
}
