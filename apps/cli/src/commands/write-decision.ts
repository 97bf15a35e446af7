import type { z } from "zod";
import { deleteFromApi, writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT, type ExitCode } from "../cli-error.js";
import type { CommandInput } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { markdownText } from "../present/table.js";
import { expectedOf } from "./written-options.js";

/** Writes a decision down, and says in words what the service made of it. */
export async function addDecision<Schema extends z.ZodType>(
  input: CommandInput,
  io: Io,
  decision: {
    readonly path: string;
    readonly body: object;
    readonly answer: Schema;
    /** Sent as Idempotency-Key. */
    readonly key?: string;
    readonly words: (made: z.infer<Schema>) => string;
  },
): Promise<ExitCode> {
  const { path, words, ...write } = decision;
  const { text, value } = await withApi(openWritableApi(input, io), (api) => writeApi(api, path, write));
  writeForm(input, io, {
    json: () => text,
    text: () => `${plain(words(value))}\n`,
    markdown: () => `${markdownText(words(value))}\n`,
  });
  return EXIT.fine;
}

/** Takes back the decision that the first argument names. */
export async function withdrawDecision(
  input: CommandInput,
  io: Io,
  { noun, path }: { readonly noun: string; readonly path: string },
): Promise<ExitCode> {
  const id = input.arguments[0] ?? "";
  await withApi(openWritableApi(input, io), (api) =>
    deleteFromApi(api, `${path}/${encodeURIComponent(id)}`, expectedOf(input)),
  );
  writeForm(input, io, {
    json: () => JSON.stringify({ withdrawn: id }),
    text: () => `${noun} ${plain(id)} is withdrawn.\n`,
    markdown: () => `${noun} ${markdownText(id)} is withdrawn.\n`,
  });
  return EXIT.fine;
}
