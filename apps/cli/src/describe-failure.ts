import { CliError, EXIT, type ExitCode } from "./cli-error.js";

/** What a person is told of a failure. */
export type FailureWords = {
  readonly exitCode: ExitCode;
  readonly message: string;
  /** Whether nobody thought of it: a bug, or a refusal without words for a person. */
  readonly isUnforeseen: boolean;
};

// Codes of errors of other packages that are the user's to mend at the keyboard; all others mean that something is not there.
const USAGE_CODES: ReadonlySet<string> = new Set([
  "invalid-input",
  "unknown-service",
  "unknown-instance",
  "storage-bad-url",
]);

/**
 * Turns whatever was thrown into one line. Errors of Plimsoll's packages carry a code and words made for people; they are
 * told by their shape, so that nothing is loaded for it.
 */
export function describeFailure(error: unknown): FailureWords {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message, isUnforeseen: false };
  if (!(error instanceof Error))
    return { exitCode: EXIT.unavailable, message: oneLine(String(error)), isUnforeseen: true };
  const system = systemWords(error);
  if (system !== undefined) return { exitCode: EXIT.unavailable, message: system, isUnforeseen: false };
  const { code } = error as { readonly code?: unknown };
  const exitCode = typeof code === "string" && USAGE_CODES.has(code) ? EXIT.usage : EXIT.unavailable;
  return { exitCode, message: oneLine(error.message), isUnforeseen: typeof code !== "string" };
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: "this user may not touch it; change its permissions, or choose another place",
  EPERM: "this user may not touch it; change its permissions, or choose another place",
  EROFS: "it is on a read-only file system; choose another place",
  ENOSPC: "the disk is full; free some space",
  ENOTDIR: "a part of its path is a file and not a folder",
  EISDIR: "it is a folder and not a file",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
};

function systemWords(error: Error): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : SYSTEM_WORDS[code];
  return words === undefined || path === undefined ? undefined : `${path}: ${words} (${code}).`;
}

function oneLine(text: string): string {
  return text.split("\n")[0]?.trim() ?? "";
}
