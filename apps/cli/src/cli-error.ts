/** What the exit codes mean. */
export const EXIT = {
  fine: 0,
  /** A finding, a denial or a failed check. */
  finding: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Something needed was unavailable or unknown. */
  unavailable: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one clear line for a person, and the exit code for programs. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

/** Wrong usage: says what was typed, and what would be right. */
export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, message);
}
