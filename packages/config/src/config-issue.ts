/** What kind of problem an issue is; stable, for programs. */
export type ConfigIssueCode =
  | "unreadable-file"
  | "too-large"
  | "syntax"
  | "duplicate"
  | "unknown-key"
  | "missing-key"
  | "wrong-type"
  | "invalid-value"
  | "unknown-reference"
  | "unknown-type"
  | "cycle"
  | "never-fires"
  | "secret-missing"
  | "secret-in-plain-text";

/** One problem in the configuration: where it is, what was found, what was expected and what to do. Never holds a secret. */
export type ConfigIssue = {
  readonly code: ConfigIssueCode;
  readonly file: string;
  /** Place in the document, such as `slos.payments-availability.target`; empty for the whole file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** One sentence that says what is wrong. */
  readonly message: string;
  readonly found?: string;
  readonly expected?: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The line as it stands, secrets masked, and how many columns from `column` on are meant. */
  readonly excerpt?: { readonly text: string; readonly length: number };
};
