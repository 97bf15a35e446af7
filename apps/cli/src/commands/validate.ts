import {
  configJsonSchema,
  createSecretReader,
  formatIssues,
  parseConfig,
  readConfigFiles,
  type ConfigIssue,
  type PlimsollConfig,
} from "@plimsoll/config";
import { serviceRegistry } from "@plimsoll/service";
import { EXIT } from "../cli-error.js";
import { optionFlag, optionText, type CommandRun } from "../command-line/command.js";
import { DEFAULT_CONFIG } from "../config/load-config.js";
import { wantsColour } from "../present/paint.js";

export const validate: CommandRun = async (input, io) => {
  if (optionFlag(input, "schema")) {
    io.stdout.write(`${JSON.stringify(configJsonSchema(serviceRegistry), undefined, 2)}\n`);
    return EXIT.fine;
  }
  const path = input.arguments[0] ?? DEFAULT_CONFIG;
  const files = await readConfigFiles(path);
  const parsed = files.ok
    ? parseConfig(files.value, { ...serviceRegistry, readSecret: createSecretReader(io.env) })
    : files;
  const issues = parsed.ok ? [] : parsed.error;
  if (optionText(input, "output") === "json") {
    io.stdout.write(`${JSON.stringify(verdictBody(parsed.ok ? parsed.value : undefined, issues), undefined, 2)}\n`);
  } else if (parsed.ok) {
    io.stdout.write(`${path} is valid: ${countWords(parsed.value)}.\n`);
  } else {
    io.stdout.write(formatIssues(issues, { color: wantsColour(io.stdout, io.env) }));
  }
  return parsed.ok ? EXIT.fine : EXIT.usage;
};

function verdictBody(config: PlimsollConfig | undefined, issues: readonly ConfigIssue[]): object {
  return {
    valid: config !== undefined,
    ...(config === undefined ? {} : { counts: countsOf(config) }),
    issues,
  };
}

function countsOf({ notifiers, services, slos, sources }: PlimsollConfig): Readonly<Record<string, number>> {
  return { slos: slos.length, services: services.length, sources: sources.length, notifiers: notifiers.length };
}

function countWords(config: PlimsollConfig): string {
  const nouns: Readonly<Record<string, string>> = {
    slos: "SLO",
    services: "service",
    sources: "source",
    notifiers: "notifier",
  };
  return Object.entries(countsOf(config))
    .map(([name, count]) => `${count} ${nouns[name] ?? name}${count === 1 ? "" : "s"}`)
    .join(", ");
}
