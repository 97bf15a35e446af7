import { userListSchema, userSchema } from "@plimsoll/service/api";
import type { z } from "zod";
import { EXIT, type ExitCode } from "../cli-error.js";
import { optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { readPassword } from "./read-password.js";
import { showTable } from "./show-answer.js";
import { addDecision } from "./write-decision.js";
import { deciderOf, expectedOf, keyOf } from "./written-options.js";

type UserBody = z.infer<typeof userSchema>;

const USERS = "/api/v1/users";
const COLUMNS = ["name", "role", "state", "added", "password set"].map((title) => ({ title }));

export const list: CommandRun = async (input, io) => {
  await showTable(input, io, {
    path: USERS,
    schema: userListSchema,
    columns: COLUMNS,
    rows: ({ users }) => users.map(rowOf),
    none: "Nobody can sign in. Add the first one with: plimsoll user add <name> --role admin",
  });
  return EXIT.fine;
};

export const add: CommandRun = async (input, io) => {
  const name = nameOf(input);
  const by = deciderOf(input, io);
  const role = optionText(input, "role") ?? "viewer";
  const key = keyOf(input);
  const body = { name, role, password: await readPassword(io, name), by };
  return addDecision(input, io, { path: USERS, body, answer: userSchema, words: wordsOf, ...key });
};

export const password: CommandRun = async (input, io) => {
  const by = deciderOf(input, io);
  // A password is not asked for in vain.
  keyOf(input);
  expectedOf(input);
  return change(input, io, { verb: "password", body: { password: await readPassword(io, nameOf(input)), by } });
};

export const role: CommandRun = (input, io) =>
  change(input, io, { verb: "role", body: { role: input.arguments[1], by: deciderOf(input, io) } });

export const disable: CommandRun = (input, io) =>
  change(input, io, { verb: "disable", body: { by: deciderOf(input, io) } });

export const enable: CommandRun = (input, io) =>
  change(input, io, { verb: "enable", body: { by: deciderOf(input, io) } });

function change(
  input: CommandInput,
  io: Io,
  { body, verb }: { readonly verb: string; readonly body: object },
): Promise<ExitCode> {
  const path = `${USERS}/${encodeURIComponent(nameOf(input))}/${verb}`;
  return addDecision(input, io, {
    path,
    body: { ...body, ...expectedOf(input) },
    answer: userSchema,
    words: wordsOf,
    ...keyOf(input),
  });
}

function nameOf(input: CommandInput): string {
  return input.arguments[0] ?? "";
}

function rowOf({ added, disabled, name, passwordSet, role: held }: UserBody): readonly string[] {
  return [name, held, disabled ? "disabled" : "enabled", added, passwordSet];
}

function wordsOf({ disabled, name, passwordSet, role: held }: UserBody): string {
  return `${name} is ${held}${disabled ? ", and disabled" : ""}; the password is of ${passwordSet}.`;
}
