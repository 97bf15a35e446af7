import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  configJsonSchema,
  createSecretReader,
  formatIssues,
  parseConfig,
  starterConfig,
  type ParseConfigOptions,
  type StarterAnswers,
} from "@plimsoll/config";
import { registryWith } from "@plimsoll/service/registry";
import { CliError, EXIT, usageError } from "../cli-error.js";
import { optionFlag, optionText, type CommandInput, type CommandRun } from "../command-line/command.js";
import { loadAdapters } from "../config/load-adapters.js";
import { DEFAULT_CONFIG } from "../config/load-config.js";
import type { Io } from "../io.js";
import { wantsColour } from "../present/paint.js";

const SOURCE_TYPES = ["prometheus", "scrape", "snapshot", "probe"] as const;
type SourceTypeName = (typeof SOURCE_TYPES)[number];

export const init: CommandRun = async (input, io) => {
  const path = input.arguments[0] ?? DEFAULT_CONFIG;
  const force = optionFlag(input, "force");
  if (existsSync(path) && !force) throw isThere(path);
  const text = starterConfig(await answersOf(input, io));
  const registry = registryWith(await loadAdapters(input));
  checkText(path, { ...registry, readSecret: createSecretReader(io.env) }, text, io);
  const schema = `${JSON.stringify(configJsonSchema(registry), undefined, 2)}\n`;
  const schemaPath = join(dirname(path), "plimsoll.schema.json");
  if (!(await write(path, text, force))) throw isThere(path);
  io.stderr.write(
    `Wrote ${path}${await writeSchema(schemaPath, schema, force)}\nNext: plimsoll validate ${path}, then plimsoll serve --config ${path}\n`,
  );
  return EXIT.fine;
};

function isThere(path: string): CliError {
  return usageError(`${path} is there already; nothing was written. Write over it with --force, or name another file.`);
}

/** Says what became of the schema: one that is there and says something else may be somebody's own. */
async function writeSchema(path: string, schema: string, force: boolean): Promise<string> {
  if (await write(path, schema, force)) return `, and ${path} for your editor.`;
  const found = await readFile(path, "utf8").catch(() => undefined);
  if (found === schema) return `; ${path} for your editor is there already.`;
  return `.\n${path} is there already with other contents, and was left as it is; plimsoll validate --schema prints the one for your editor.`;
}

/** Answers whether it was written: without `force`, not where a file is. */
async function write(path: string, text: string, force: boolean): Promise<boolean> {
  try {
    // Only `wx` is sure that nothing is written over, whatever happened since it was looked.
    await writeFile(path, text, { flag: force ? "w" : "wx" });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code === "ENOENT") throw new CliError(EXIT.usage, `There is no folder ${dirname(path)}; make it first.`, error);
    throw error;
  }
}

/** What was answered must validate; where it does not, the place in the text shows which answer was wrong. */
function checkText(path: string, options: ParseConfigOptions, text: string, io: Io): void {
  const parsed = parseConfig([{ name: path, text }], options);
  if (parsed.ok) return;
  io.stderr.write(formatIssues(parsed.error, { color: wantsColour(io.stderr, io.env) }));
  throw usageError("With these answers the file would not be valid; nothing was written.");
}

type Question = { readonly option: string; readonly words: string; readonly fallback?: string };

async function answersOf(input: CommandInput, io: Io): Promise<StarterAnswers> {
  const asking = (question: Question): Promise<string> => answer(question, input, io);
  const service = await asking({ option: "service", words: "Which service is it about" });
  const target = await asking({ option: "target", words: "Which share must be good", fallback: "99.9%" });
  const window = await asking({ option: "window", words: "Over which period", fallback: "30d" });
  const typed = await asking({
    option: "source",
    words: `Where do measurements come from (${SOURCE_TYPES.join(", ")})`,
    fallback: "probe",
  });
  const type = SOURCE_TYPES.find((name) => name === typed);
  if (type === undefined)
    throw usageError(`The source ${JSON.stringify(typed.slice(0, 40))} is none of ${SOURCE_TYPES.join(", ")}.`);
  const measured = await measuredBy(type, service, asking, input);
  const preset = await asking({
    option: "preset",
    words: "Which burn-rate rules (google, homelab)",
    fallback: "google",
  });
  if (preset !== "google" && preset !== "homelab")
    throw usageError(`The preset ${JSON.stringify(preset.slice(0, 40))} is neither google nor homelab.`);
  return { service, target, window, preset, ...measured };
}

async function measuredBy(
  type: SourceTypeName,
  service: string,
  asking: (question: Question) => Promise<string>,
  input: CommandInput,
): Promise<Pick<StarterAnswers, "source" | "sli">> {
  switch (type) {
    case "probe": {
      const url = await asking({ option: "url", words: "Which address is to be probed" });
      return { source: { name: "probes", type, settings: {} }, sli: { kind: "probe", query: { probe: "http", url } } };
    }
    case "snapshot": {
      const path = await asking({
        option: "path",
        words: "Which file or folder do scripts write to",
        fallback: "snapshots",
      });
      return { source: { name: "snapshots", type, settings: { path } }, sli: { kind: "events", query: { service } } };
    }
    case "prometheus":
    case "scrape": {
      const isServer = type === "prometheus";
      const url = await asking({
        option: "url",
        words: isServer ? "Where is the Prometheus server" : "Where is the /metrics page",
        ...(isServer ? { fallback: "http://127.0.0.1:9090" } : {}),
      });
      const bad = optionText(input, "bad");
      const counted =
        bad === undefined ? { good: await asking({ option: "good", words: "What counts good events" }) } : { bad };
      const total = await asking({ option: "total", words: "What counts all events" });
      // A counter of errors appears with the first error; until then there were none.
      const absent: { absent?: string } = bad === undefined ? {} : { absent: "zero" };
      const settings = isServer ? { url } : { targets: [url] };
      // A query that says no range is a selector, whose values are counted here.
      const mode: { mode?: string } = isServer && !total.includes("$slice") ? { mode: "raw" } : {};
      return {
        source: { name: isServer ? "prometheus" : "metrics", type, settings },
        sli: { kind: "events", query: { ...mode, ...counted, total, ...absent } },
      };
    }
  }
}

/** The flag, or what a person answers, or the fallback; without any, the flag is needed. */
async function answer({ fallback, option, words }: Question, input: CommandInput, io: Io): Promise<string> {
  const typed = optionText(input, option);
  if (typed !== undefined) return typed;
  if (io.ask === undefined) {
    if (fallback !== undefined) return fallback;
    throw usageError(`init needs --${option} (${words.toLowerCase()}?) where nobody can be asked.`);
  }
  for (;;) {
    const given = await io.ask(`${words}?${fallback === undefined ? "" : ` [${fallback}]`} `);
    if (given !== "") return given;
    if (fallback !== undefined) return fallback;
  }
}
