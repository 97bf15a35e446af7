import { issuedTokenSchema, tokenListSchema, type tokenSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { deleteFromApi, readApi, writeApi } from "../api/api.js";
import { openApi, openWritableApi } from "../api/open-api.js";
import { EXIT } from "../cli-error.js";
import { optionList, optionText, type CommandRun } from "../command-line/command.js";
import { writeForm } from "../present/output-form.js";
import { plain } from "../present/paint.js";
import { markdownTable, markdownText, textTable } from "../present/table.js";
import { deciderOf, expiryOf, neededText } from "./written-options.js";

type IssuedBody = z.infer<typeof issuedTokenSchema>;

const TOKENS = "/api/v1/tokens";
const COLUMNS = ["id", "title", "owner", "role", "areas", "state", "expires"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  const api = await openApi(input, io);
  try {
    const { text, value } = await readApi(api, TOKENS, tokenListSchema);
    const rows = value.tokens.map(rowOf);
    writeForm(input, io, {
      json: () => text,
      text: (paint) => (rows.length === 0 ? "No token was issued.\n" : textTable(COLUMNS, rows, paint.bold)),
      markdown: () => markdownTable(COLUMNS, rows),
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const issue: CommandRun = async (input, io) => {
  const areas = optionList(input, "area");
  const body = {
    title: input.arguments[0],
    owner: neededText(input, "owner", "say whose token it is; it can do no more than that user"),
    role: neededText(input, "role", "say what it may do"),
    ...(areas.length === 0 ? {} : { areas }),
    expires: expiryOf(input, Date.now()),
    by: deciderOf(input, io),
  };
  const api = await openWritableApi(input, io);
  try {
    const { text, value } = await writeApi(api, TOKENS, { body, answer: issuedTokenSchema });
    // The secret stands alone on standard output, so that it can go straight into a file.
    if ((optionText(input, "output") ?? "text") === "text") io.stderr.write(`${plain(wordsOf(value))}\n`);
    writeForm(input, io, {
      json: () => text,
      text: () => `${plain(value.secret)}\n`,
      markdown: () => `${markdownText(wordsOf(value))}\n\n    ${plain(value.secret)}\n`,
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

export const revoke: CommandRun = async (input, io) => {
  const id = input.arguments[0] ?? "";
  const api = await openWritableApi(input, io);
  try {
    await deleteFromApi(api, `${TOKENS}/${encodeURIComponent(id)}`);
    writeForm(input, io, {
      json: () => JSON.stringify({ revoked: id }),
      text: () => `Token ${plain(id)} is revoked.\n`,
      markdown: () => `Token ${markdownText(id)} is revoked.\n`,
    });
    return EXIT.fine;
  } finally {
    await api.close();
  }
};

function rowOf({ areas, expires, id, owner, role, state, title }: z.infer<typeof tokenSchema>): readonly string[] {
  return [id, title, owner, role, areas?.join(", ") ?? "all", state, expires];
}

function wordsOf({ areas, expires, id, owner, role, title }: IssuedBody): string {
  const where = areas === undefined ? "everywhere" : `in ${areas.join(", ")}`;
  return `Token ${id} (${title}) of ${owner} is ${role} ${where} until ${expires}. Its secret is shown this once:`;
}
