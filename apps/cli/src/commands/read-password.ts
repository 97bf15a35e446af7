import { CliError, EXIT } from "../cli-error.js";
import type { Io } from "../io.js";

// More than any password may have: what is longer was not meant.
const LONGEST = 1_000;

/**
 * Reads a password from whoever sits at the terminal, twice, or else the first line of standard input. Never from an
 * argument: those stand in the list of processes and in the shell's history.
 */
export async function readPassword(io: Io, name: string): Promise<string> {
  if (io.askSecret !== undefined) {
    const first = await io.askSecret(`Password for ${name}: `);
    const second = await io.askSecret("The same again: ");
    if (first !== second) throw new CliError(EXIT.usage, "The two passwords are not the same; nothing was written.");
    return checked(first);
  }
  const [line = ""] = ((await io.readInput?.()) ?? "").split(/\r?\n/);
  return checked(line);
}

function checked(password: string): string {
  if (password === "") {
    throw new CliError(EXIT.usage, "There is no password: type it when asked, or give it as a line on standard input.");
  }
  if (password.length > LONGEST) {
    throw new CliError(EXIT.usage, `A password has 12 to 256 characters; this one has ${password.length}.`);
  }
  return password;
}
