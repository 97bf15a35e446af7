import {
  configJsonSchema,
  createSecretReader,
  formatIssues,
  parseConfig,
  readConfigFiles,
  type ConfigIssue,
  type PlimsollConfig,
  type ParseConfigOptions,
} from "@plimsoll/config";
import { failure } from "@plimsoll/core";
import { registryWith } from "@plimsoll/service";
import { EXIT } from "../cli-error.js";
import { optionFlag, optionText, type CommandRun } from "../command-line/command.js";
import { loadAdapters } from "../config/load-adapters.js";
import { DEFAULT_CONFIG } from "../config/load-config.js";
import { wantsColour } from "../present/paint.js";

export const validate: CommandRun = async (input, io) => {
  const registry = registryWith(await loadAdapters(input));
  if (optionFlag(input, "schema")) {
    io.stdout.write(`${JSON.stringify(configJsonSchema(registry), undefined, 2)}\n`);
    return EXIT.fine;
  }
  const path = input.arguments[0] ?? DEFAULT_CONFIG;
  const withoutSecrets = optionFlag(input, "without-secrets");
  const readSecret = withoutSecrets ? () => failure("it was not looked up") : createSecretReader(io.env);
  const verdict = await check(path, { ...registry, readSecret });
  const missing = verdict.issues.filter(isMissingSecret);
  const issues = withoutSecrets ? verdict.issues.filter((issue) => !isMissingSecret(issue)) : verdict.issues;
  const valid = issues.length === 0;
  if (optionText(input, "output") === "json") {
    io.stdout.write(`${JSON.stringify(verdictBody(verdict.config, { issues, withoutSecrets }), undefined, 2)}\n`);
  } else if (valid) {
    io.stdout.write(
      `${path} is valid${verdict.config === undefined ? unseenWords(missing.length) : `: ${countWords(verdict.config)}`}.\n`,
    );
  } else {
    io.stdout.write(formatIssues(issues, { color: wantsColour(io.stdout, io.env) }));
  }
  if (missing.length > 0 && !withoutSecrets) {
    io.stderr.write("Where the secrets are not at hand, as in CI, --without-secrets checks everything else.\n");
  }
  return valid ? EXIT.fine : EXIT.usage;
};

type Verdict = { readonly config?: PlimsollConfig; readonly issues: readonly ConfigIssue[] };

async function check(path: string, options: ParseConfigOptions): Promise<Verdict> {
  const files = await readConfigFiles(path);
  const parsed = files.ok ? parseConfig(files.value, options) : files;
  return parsed.ok ? { config: parsed.value, issues: [] } : { issues: parsed.error };
}

/** What does not depend on a secret is checked without it, so nothing else is hidden behind these. */
function isMissingSecret({ code }: ConfigIssue): boolean {
  return code === "secret-missing";
}

function unseenWords(secrets: number): string {
  return `, as far as can be said without ${secrets === 1 ? "the secret that it names" : `the ${secrets} secrets that it names`}`;
}

function verdictBody(
  config: PlimsollConfig | undefined,
  { issues, withoutSecrets }: { readonly issues: readonly ConfigIssue[]; readonly withoutSecrets: boolean },
): object {
  return {
    valid: issues.length === 0,
    ...(withoutSecrets ? { withoutSecrets } : {}),
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
