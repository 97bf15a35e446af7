import { parseCase, parseDuration, type RegressionCase } from "@plimsoll/core";
import { regress, regressionWords, type Regression } from "@plimsoll/simulation";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, usageError, type ExitCode } from "../cli-error.js";
import { optionText, type CommandInput } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";

/** Where cases are, unless files or folders are named. */
const DEFAULT_FOLDER = "regression";
/** Half a year of slices is a tenth of this; a file that holds more is none of ours. */
const MOST_BYTES = 64 * 1024 * 1024;

type Replayed = Regression & { readonly file: string };
type Unreadable = { readonly file: string; readonly message: string };

/** Replays every case, also those after one that is different or can not be read. */
export async function regressCommand(input: CommandInput, io: Io): Promise<ExitCode> {
  const toleranceMs = toleranceOf(input);
  const { files, missing } = await caseFiles(input.arguments.length === 0 ? [DEFAULT_FOLDER] : input.arguments);
  const replayed: Replayed[] = [];
  const unreadable: Unreadable[] = [...missing];
  for (const { file, message } of missing) io.stderr.write(`plimsoll: ${file}: ${message}\n`);
  for (const file of files) {
    const read = await readCase(file);
    if ("message" in read) {
      unreadable.push({ file, message: read.message });
      io.stderr.write(`plimsoll: ${file}: ${read.message}\n`);
    } else {
      replayed.push({ file, ...(await regress(read.recorded, toleranceMs === undefined ? {} : { toleranceMs })) });
    }
  }
  writeForm(input, io, {
    json: () => jsonOf(replayed, unreadable),
    text: () => [...replayed.map(regressionWords), sumOf(replayed, unreadable)].map((line) => `${line}\n`).join(""),
    markdown: () => markdownOf(replayed, unreadable),
  });
  if (unreadable.length > 0) return EXIT.usage;
  return replayed.every(({ same }) => same) ? EXIT.fine : EXIT.finding;
}

function toleranceOf(input: CommandInput): number | undefined {
  const text = optionText(input, "tolerance");
  if (text === undefined) return undefined;
  if (text === "0") return 0;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw usageError(`--tolerance ${text}: ${parsed.error.message}`);
  return parsed.value;
}

/** The cases that paths name. A path without any is told of beside them, so that all others are replayed. */
async function caseFiles(
  paths: readonly string[],
): Promise<{ readonly files: readonly string[]; readonly missing: readonly Unreadable[] }> {
  const found: string[] = [];
  const missing: Unreadable[] = [];
  for (const path of paths) {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined) {
      missing.push({ file: path, message: "it is not there; name a case or a folder of cases." });
      continue;
    }
    if (!there.isDirectory()) {
      found.push(path);
      continue;
    }
    const names = (await readdir(path)).filter((name) => name.endsWith(".json")).sort();
    if (names.length === 0) missing.push({ file: path, message: "there is no case (*.json) in it." });
    found.push(...names.map((name) => join(path, name)));
  }
  return { files: found, missing };
}

async function readCase(file: string): Promise<{ readonly recorded: RegressionCase } | { readonly message: string }> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) return { message: `it has ${size} bytes; a case has ${MOST_BYTES} at most.` };
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    return { message: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const read = parseCase(value);
  return read.ok ? { recorded: read.value } : { message: read.error.message };
}

function sumOf(replayed: readonly Replayed[], unreadable: readonly Unreadable[]): string {
  const different = replayed.filter(({ same }) => !same).length;
  const unread = unreadable.length === 0 ? "" : `, ${unreadable.length} unreadable`;
  return `${replayed.length} replayed, ${different} different${unread}.`;
}

function jsonOf(replayed: readonly Replayed[], unreadable: readonly Unreadable[]): string {
  const cases = replayed.map(({ differences, file, name, same, title }) => ({ file, name, title, same, differences }));
  return JSON.stringify({ same: unreadable.length === 0 && cases.every(({ same }) => same), cases, unreadable });
}

function markdownOf(replayed: readonly Replayed[], unreadable: readonly Unreadable[]): string {
  const lines = replayed.flatMap(({ differences, name, same }) => [
    `- ${same ? "same" : "**different**"}: ${name}`,
    ...differences.map(({ message }) => `  - ${message}`),
  ]);
  const unread = unreadable.map(({ file, message }) => `- **unreadable**: ${file}: ${message}`);
  return [...lines, ...unread, "", sumOf(replayed, unreadable)].map((line) => `${line}\n`).join("");
}
