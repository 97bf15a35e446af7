import {
  allowsShell,
  formatIssues,
  parseRunbooks,
  readConfigFiles,
  runbookJsonSchema,
  type ParsedRunbook,
} from "@plimsoll/config";
import {
  describePlan,
  indexRunbooks,
  lintRunbook,
  planRunbook,
  rehearseRunbook,
  unpreparedPages,
  type LintOptions,
  type Runbook,
  type RunbookFinding,
  type UnpreparedPage,
} from "@plimsoll/core";
import { CliError, EXIT, usageError } from "../cli-error.js";
import { optionFlag, optionList, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import type { Io } from "../io.js";
import { writeForm } from "../present/output-form.js";
import { wantsColour } from "../present/paint.js";
import { automaticStandingOf, automaticStandingWords } from "./automatic-standing.js";
import { areServed, DEFAULT_FOLDER } from "./runbook-folder.js";
import { rehearsedOn, runbookLines, type ShownRunbook } from "./runbook-lines.js";

export const list: CommandRun = async (input, io) => {
  if (areServed(input)) return (await import("./runbook-served.js")).listServed(input, io);
  const books = await load(input, io);
  const standings = await Promise.all(books.map((one) => automaticStandingOf(one, books)));
  const rows = books.map(({ file, runbook }, index) => ({
    id: runbook.id,
    title: runbook.title,
    level: runbook.level,
    owner: runbook.owner ?? "",
    symptoms: runbook.symptoms,
    lastRehearsal: rehearsedOn(shown(runbook)),
    ...(standings[index] === undefined ? {} : { automatic: standings[index] }),
    file,
  }));
  writeForm(input, io, {
    json: () => JSON.stringify({ runbooks: rows }),
    text: () =>
      rows
        .map(({ automatic, id, level, symptoms, title }) => {
          const told = automatic === undefined ? "" : `  ${automaticStandingWords(automatic)}`;
          return `${id}  level ${level}  ${title}  (${symptoms.join(", ")})${told}\n`;
        })
        .join(""),
    markdown: () =>
      `| runbook | level | title | rehearsed |\n| --- | --- | --- | --- |\n${rows.map((row) => `| ${row.id} | ${row.level} | ${row.title} | ${row.lastRehearsal} |\n`).join("")}`,
  });
  return EXIT.fine;
};

export const show: CommandRun = async (input, io) => {
  if (optionFlag(input, "schema")) {
    io.stdout.write(`${JSON.stringify(runbookJsonSchema(), undefined, 2)}\n`);
    return EXIT.fine;
  }
  if (areServed(input)) return (await import("./runbook-served.js")).showServed(input, io);
  const books = await load(input, io);
  const book = named(books, input);
  const { runbook } = book;
  const automatic = await automaticStandingOf(book, books);
  const lines = [
    ...runbookLines(shown(runbook)),
    ...(automatic === undefined ? [] : [automaticStandingWords(automatic)]),
  ];
  writeForm(input, io, {
    json: () => JSON.stringify({ ...runbook, ...(automatic === undefined ? {} : { automatic }) }),
    text: () => lines.map((line) => `${line}\n`).join(""),
    markdown: () => lines.map((line) => `- ${line}\n`).join(""),
  });
  return EXIT.fine;
};

export const lint: CommandRun = async (input, io) => {
  const books = await load(input, io);
  const chosen = input.arguments[0] === undefined ? books : [named(books, input)];
  const ground = await lintGround(input, io);
  const checkLink = optionFlag(input, "links") ? await linkChecker() : undefined;
  const library = libraryOf(books);
  const found: LintFinding[] = [];
  for (const { runbook } of chosen) {
    const findings = await lintRunbook(runbook, {
      ...ground.options,
      nowMs: Date.now(),
      library,
      ...(checkLink === undefined ? {} : { checkLink }),
    });
    found.push(...findings.filter(({ code }) => !ground.unheld.includes(code)));
  }
  // Whoever asks about one runbook does not ask what all the others leave out.
  if (chosen.length === books.length) found.push(...ground.pages(library));
  writeForm(input, io, {
    json: () => JSON.stringify({ runbooks: chosen.length, findings: found }),
    text: () => findingLines(found, chosen.length),
    markdown: () => found.map(({ code, message }) => `- **${code}**: ${message}\n`).join(""),
  });
  return found.length === 0 ? EXIT.fine : EXIT.finding;
};

type LintFinding = RunbookFinding | UnpreparedPage;

/** What is known of where the runbooks will run: the names that are given, and a configuration where one is. */
type LintGround = {
  readonly options: Pick<LintOptions, "remediators" | "fleets" | "allowShell">;
  /** What cannot be told without knowing more. */
  readonly unheld: readonly RunbookFinding["code"][];
  /** The alerts that page without one of these. */
  readonly pages: (library: ReadonlyMap<string, Runbook>) => readonly UnpreparedPage[];
};

async function lintGround(input: CommandInput, io: Io): Promise<LintGround> {
  const given = optionList(input, "platform");
  const path = optionText(input, "config");
  if (path === undefined) {
    // Names of remediators and fleets are the service's; what is given here is held to be there, or nothing is.
    const names = new Set(given);
    const unheld: LintGround["unheld"] = given.length === 0 ? ["unknown-remediator", "unknown-fleet"] : [];
    return { options: { remediators: names, fleets: names }, unheld, pages: () => [] };
  }
  const { loadConfig } = await import("../config/load-config.js");
  const { loadAdapters } = await import("../config/load-adapters.js");
  const config = await loadConfig(path, io, await loadAdapters(input));
  const remediators = new Set([...given, ...config.remediators.map(({ name }) => name)]);
  const fleets = new Set([...given, ...config.fleets.map(({ name }) => name)]);
  return {
    options: { remediators, fleets, allowShell: allowsShell(config) },
    unheld: [],
    pages: (library) => unpreparedPages(config.slos, { index: indexRunbooks(library.values()), nowMs: Date.now() }),
  };
}

export const rehearse: CommandRun = async (input, io) => {
  const books = await load(input, io);
  const chosen = input.arguments[0] === undefined ? books : [named(books, input)];
  const library = libraryOf(books);
  const outcomes = chosen.flatMap(({ rehearsals, runbook }) =>
    rehearsals.map((rehearsal) => {
      const outcome = rehearseRunbook(runbook, rehearsal, library);
      const failed = outcome.ok ? outcome.value.differences : outcome.error.map(({ message }) => message);
      const path = outcome.ok ? outcome.value.path : [];
      return { runbook: runbook.id, name: rehearsal.name, passed: failed.length === 0, path, differences: failed };
    }),
  );
  const unrehearsed = chosen.filter(({ rehearsals }) => rehearsals.length === 0).map(({ runbook }) => runbook.id);
  const lines = [
    ...outcomes.flatMap(({ differences, name, passed, runbook }) => [
      `${passed ? "passed" : "FAILED"}  ${runbook}: ${name}`,
      ...differences.map((text) => `        ${text}`),
    ]),
    ...unrehearsed.map((id) => `NONE    ${id} has no rehearsal`),
  ];
  writeForm(input, io, {
    json: () => JSON.stringify({ rehearsals: outcomes, unrehearsed }),
    text: () => lines.map((line) => `${line}\n`).join(""),
    markdown: () => lines.map((line) => `- ${line.trim()}\n`).join(""),
  });
  const allPassed = outcomes.every(({ passed }) => passed) && unrehearsed.length === 0;
  return allPassed ? EXIT.fine : EXIT.finding;
};

export const run: CommandRun = async (input, io) => {
  // What acts, and what asks remediators, is a running service's; a plan alone needs the runbooks and nothing else.
  const { parametersOf, preview, start } = await import("./runbook-run.js");
  if (!optionFlag(input, "dry-run")) return start(input, io);
  if (optionText(input, "address") !== undefined) return preview(input, io);
  const books = await load(input, io);
  const { runbook } = named(books, input);
  const plan = planRunbook(runbook, { library: libraryOf(books), parameters: parametersOf(input) });
  if (!plan.ok) throw usageError(plan.error.map(({ message }) => message).join(" "));
  const words = describePlan(plan.value);
  writeForm(input, io, {
    json: () => JSON.stringify({ plan: plan.value, words }),
    text: () => [...words, "", "Nothing was done."].map((line) => `${line}\n`).join(""),
    markdown: () => `\`\`\`text\n${words.join("\n")}\n\`\`\`\n`,
  });
  return EXIT.fine;
};

async function load(input: CommandInput, io: Io): Promise<readonly ParsedRunbook[]> {
  const folder = optionText(input, "runbooks") ?? DEFAULT_FOLDER;
  const files = await readConfigFiles(folder);
  const parsed = files.ok ? parseRunbooks(files.value) : files;
  if (parsed.ok) return parsed.value;
  io.stderr.write(formatIssues(parsed.error, { color: wantsColour(io.stderr, io.env) }));
  throw new CliError(EXIT.usage, `the runbooks in ${folder} could not be read.`);
}

function named(books: readonly ParsedRunbook[], input: CommandInput): ParsedRunbook {
  const id = input.arguments[0] ?? "";
  const book = books.find(({ runbook }) => runbook.id === id);
  if (book !== undefined) return book;
  throw usageError(`there is no runbook ${id}. There is ${books.map(({ runbook }) => runbook.id).join(", ")}.`);
}

function libraryOf(books: readonly ParsedRunbook[]): ReadonlyMap<string, Runbook> {
  return new Map(books.map(({ runbook }) => [runbook.id, runbook]));
}

async function linkChecker() {
  const { createLinkChecker } = await import("@plimsoll/adapters-host");
  return createLinkChecker();
}

/** As the service tells of it. */
function shown({ lastRehearsedMs, parameters, ...runbook }: Runbook): ShownRunbook {
  return {
    ...runbook,
    parameters: Object.entries(parameters).map(([name, parameter]) => ({ name, ...parameter })),
    ...(lastRehearsedMs === undefined ? {} : { lastRehearsedAt: new Date(lastRehearsedMs).toISOString() }),
  };
}

function findingLines(found: readonly LintFinding[], count: number): string {
  const lines = found.map((one) => `${"runbookId" in one ? one.runbookId : one.sloId}  ${one.code}: ${one.message}`);
  const sum = found.length === 0 ? `${count} runbooks, no findings.` : `${count} runbooks, ${found.length} findings.`;
  return [...lines, sum].map((line) => `${line}\n`).join("");
}
