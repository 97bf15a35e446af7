import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isPlimsollError } from "@plimsoll/core";
import type { AdapterTypes } from "@plimsoll/service";
import { CliError, EXIT, usageError } from "../cli-error.js";
import { labAdapters } from "./lab-adapters.js";
import { optionList, type CommandInput } from "../command-line/command.js";

const KINDS = ["sourceTypes", "notifierTypes", "remediatorTypes", "fleetTypes"] as const;

/**
 * Runs the modules that `--adapters` names, and gives the types that they export beside the lab's. A configuration cannot
 * name one: reading a file must never run code.
 */
export async function loadAdapters(input: CommandInput): Promise<readonly AdapterTypes[]> {
  const paths = optionList(input, "adapters");
  const adapters = [labAdapters, ...(await Promise.all(paths.map(loadModule)))];
  const { registryWith } = await import("@plimsoll/service/registry");
  try {
    registryWith(adapters);
  } catch (error) {
    if (isPlimsollError(error)) throw usageError(`--adapters: ${error.message}`);
    throw error;
  }
  return adapters;
}

async function loadModule(path: string): Promise<AdapterTypes> {
  const file = resolve(path);
  if (!existsSync(file)) throw usageError(`--adapters: there is no file ${path}.`);
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { readonly adapters?: unknown }).adapters;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.usage, `--adapters: ${path} cannot be run: ${words}`, error);
  }
  const problem = problemOf(exported);
  if (problem !== undefined) throw usageError(`--adapters: ${path} ${problem}.`);
  return exported as AdapterTypes;
}

function problemOf(exported: unknown): string | undefined {
  if (!isRecord(exported)) return "exports no `adapters` with `sourceTypes` or `notifierTypes`";
  const strange = Object.keys(exported).find((key) => !(KINDS as readonly string[]).includes(key));
  if (strange !== undefined) return `has \`adapters.${strange}\`; known are ${KINDS.join(" and ")}`;
  for (const kind of KINDS) {
    const types = exported[kind];
    if (types === undefined) continue;
    if (!isRecord(types)) return `has \`adapters.${kind}\` that is no map of types by name`;
    for (const [name, type] of Object.entries(types)) {
      const lacking = (kind === "sourceTypes" ? ["settings", "query", "create"] : ["settings", "create"]).find(
        (part) => !(isRecord(type) && fits(part, type[part])),
      );
      if (lacking !== undefined) return `has a type \`${kind}.${name}\` without \`${lacking}\`, ${WANTED[lacking]}`;
    }
  }
  return undefined;
}

const WANTED: Readonly<Record<string, string>> = {
  settings: "a zod schema",
  query: "a zod schema",
  create: "a function that makes it from its settings",
};

function fits(part: string, value: unknown): boolean {
  if (part === "create") return typeof value === "function";
  return isRecord(value) && typeof value["safeParse"] === "function";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
