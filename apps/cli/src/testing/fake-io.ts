import type { Io } from "../io.js";

/** Hears what a command writes. */
export type FakeIo = Io & { readonly written: { out: string; err: string } };

export function createFakeIo(
  options: {
    readonly isTerminal?: boolean;
    readonly env?: Io["env"];
    readonly answers?: readonly string[];
    readonly secrets?: readonly string[];
    readonly input?: string;
  } = {},
): FakeIo {
  const written = { out: "", err: "" };
  const { answers, env = {}, input, isTerminal = false, secrets } = options;
  const queue = [...(answers ?? [])];
  const hidden = [...(secrets ?? [])];
  return {
    written,
    stdout: { write: (text) => void (written.out += text), isTerminal },
    stderr: { write: (text) => void (written.err += text), isTerminal },
    env,
    ...(answers === undefined ? {} : { ask: async () => queue.shift() ?? "" }),
    ...(secrets === undefined ? {} : { askSecret: async () => hidden.shift() ?? "" }),
    ...(input === undefined ? {} : { readInput: async () => input }),
    listenForStop: () => AbortSignal.abort(),
  };
}
