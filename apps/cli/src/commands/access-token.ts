import { issuedTokenSchema, repeatedTokenSchema, tokenListSchema, type tokenSchema } from "@plimsoll/service/api";
import { z } from "zod";
import { deleteFromApi, writeApi } from "../api/api.js";
import { openWritableApi } from "../api/open-api.js";
import { withApi } from "../api/with-api.js";
import { EXIT, type ExitCode } from "../cli-error.js";
import { optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { markdownText } from "../present/table.js";
import { showTable } from "./show-answer.js";
import { deciderOf, expectedOf, expiryOf, keyOf, neededText } from "./written-options.js";

type IssuedBody = z.infer<typeof issuedTokenSchema>;
type RepeatedBody = z.infer<typeof repeatedTokenSchema>;

const answerSchema = z.union([repeatedTokenSchema, issuedTokenSchema]);

const TOKENS = "/api/v1/tokens";
const COLUMNS = ["id", "title", "owner", "role", "areas", "state", "expires"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  await showTable(input, io, {
    path: TOKENS,
    schema: tokenListSchema,
    columns: COLUMNS,
    rows: ({ tokens }) => tokens.map(rowOf),
    none: "No token was issued.",
  });
  return EXIT.fine;
};

export const issue: CommandRun = async (input, io) => {
  const areas = optionList(input, "area");
  const body = {
    title: input.arguments[0],
    owner: neededText(input, "owner", "say whose token it is; it can do no more than that user"),
    role: neededText(input, "role", "say what it may do"),
    ...(areas.length === 0 ? {} : { areas }),
    expires: expiryOf(input),
    by: deciderOf(input, io),
  };
  const write = { body, answer: answerSchema, ...keyOf(input) };
  const { text, value } = await withApi(openWritableApi(input, io), (api) => writeApi(api, TOKENS, write));
  return "repeated" in value ? showRepeated(input, io, { text, value }) : showIssued(input, io, { text, value });
};

type Read<Body> = { readonly text: string; readonly value: Body };

function showIssued(input: CommandInput, io: Io, { text, value }: Read<IssuedBody>): ExitCode {
  // The secret stands alone on standard output, so that it can go straight into a file.
  if (isText(input)) io.stderr.write(`${plain(wordsOf(value))}\n`);
  writeForm(input, io, {
    json: () => text,
    text: () => `${plain(value.secret)}\n`,
    markdown: () => `${markdownText(wordsOf(value))}\n\n    ${plain(value.secret)}\n`,
  });
  return EXIT.fine;
}

/** Where a secret would stand is nothing, and the exit code says so: a script must not take it for one. */
function showRepeated(input: CommandInput, io: Io, { text, value }: Read<RepeatedBody>): ExitCode {
  if (isText(input)) io.stderr.write(`${plain(value.message)}\n`);
  writeForm(input, io, {
    json: () => text,
    text: () => "",
    markdown: () => `${markdownText(value.message)}\n`,
  });
  return EXIT.finding;
}

function isText(input: CommandInput): boolean {
  return (optionText(input, "output") ?? "text") === "text";
}

export const revoke: CommandRun = async (input, io) => {
  const id = input.arguments[0] ?? "";
  await withApi(openWritableApi(input, io), (api) =>
    deleteFromApi(api, `${TOKENS}/${encodeURIComponent(id)}`, expectedOf(input)),
  );
  writeForm(input, io, {
    json: () => JSON.stringify({ revoked: id }),
    text: () => `Token ${plain(id)} is revoked.\n`,
    markdown: () => `Token ${markdownText(id)} is revoked.\n`,
  });
  return EXIT.fine;
};

function rowOf({ areas, expires, id, owner, role, state, title }: z.infer<typeof tokenSchema>): readonly string[] {
  return [id, title, owner, role, areas?.join(", ") ?? "all", state, expires];
}

function wordsOf({ areas, expires, id, owner, role, title }: IssuedBody): string {
  const where = areas === undefined ? "everywhere" : `in ${areas.join(", ")}`;
  return `Token ${id} (${title}) of ${owner} is ${role} ${where} until ${expires}. Its secret is shown this once:`;
}
