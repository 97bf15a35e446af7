/** Where a command writes. */
export type Sink = {
  write(text: string): void;
  /** Whether a person looks at it, so that colour and a line that rewrites itself make sense. */
  readonly isTerminal: boolean;
  readonly columns?: number;
};

/** Everything a command reaches the outside through, beside files and sockets. */
export type Io = {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks a person; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Asks a person for what must not be shown; absent where nobody can answer. */
  readonly askSecret?: (question: string) => Promise<string>;
  /** All of standard input, where a program or a file stands behind it. */
  readonly readInput?: () => Promise<string>;
  /** Fires at the first request to stop (Ctrl-C, SIGTERM); the second one ends the process at once. */
  readonly listenForStop: () => AbortSignal;
};
