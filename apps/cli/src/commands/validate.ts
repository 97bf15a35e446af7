import {
  configJsonSchema,
  createSecretReader,
  formatIssues,
  parseConfig,
  readConfigFiles,
  readRunbooks,
  type ConfigIssue,
  type PlimsollConfig,
  type ParseConfigOptions,
} from "@plimsoll/config";
import { failure, indexRunbooks, unpreparedPages, type UnpreparedPage } from "@plimsoll/core";
import { registryWith } from "@plimsoll/service/registry";
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
    io.stdout.write(`${JSON.stringify(verdictBody(verdict, { issues, withoutSecrets }), undefined, 2)}\n`);
  } else if (valid) {
    io.stdout.write(
      `${path} is valid${verdict.config === undefined ? unseenWords(missing.length) : `: ${countWords(verdict.config)}`}.\n`,
    );
  } else {
    io.stdout.write(formatIssues(issues, { color: wantsColour(io.stdout, io.env) }));
  }
  for (const { message } of verdict.warnings ?? []) io.stderr.write(`warning: ${message}\n`);
  if (missing.length > 0 && !withoutSecrets) {
    io.stderr.write("Where the secrets are not at hand, as in CI, --without-secrets checks everything else.\n");
  }
  return valid ? EXIT.fine : EXIT.usage;
};

type Verdict = {
  readonly config?: PlimsollConfig;
  readonly issues: readonly ConfigIssue[];
  /** What is valid, and yet lets people down. */
  readonly warnings?: readonly UnpreparedPage[];
};

async function check(path: string, options: ParseConfigOptions): Promise<Verdict> {
  const files = await readConfigFiles(path);
  const parsed = files.ok ? parseConfig(files.value, options) : files;
  if (!parsed.ok) return { issues: parsed.error };
  const runbooks = await readRunbooks(parsed.value.runbookPaths);
  if (!runbooks.ok) return { config: parsed.value, issues: runbooks.error };
  // Who has no runbooks at all has not forgotten one.
  if (parsed.value.runbookPaths.length === 0) return { config: parsed.value, issues: [] };
  const index = indexRunbooks(runbooks.value.map(({ runbook }) => runbook));
  return {
    config: parsed.value,
    issues: [],
    warnings: unpreparedPages(parsed.value.slos, { index, nowMs: Date.now() }),
  };
}

/** What does not depend on a secret is checked without it, so nothing else is hidden behind these. */
function isMissingSecret({ code }: ConfigIssue): boolean {
  return code === "secret-missing";
}

function unseenWords(secrets: number): string {
  return `, as far as can be said without ${secrets === 1 ? "the secret that it names" : `the ${secrets} secrets that it names`}`;
}

function verdictBody(
  { config, warnings = [] }: Pick<Verdict, "config" | "warnings">,
  { issues, withoutSecrets }: { readonly issues: readonly ConfigIssue[]; readonly withoutSecrets: boolean },
): object {
  return {
    valid: issues.length === 0,
    ...(withoutSecrets ? { withoutSecrets } : {}),
    ...(config === undefined ? {} : { counts: countsOf(config) }),
    issues,
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

function countsOf(config: PlimsollConfig): Readonly<Record<string, number>> {
  const { notifiers, onCall, services, slos, sources } = config;
  return {
    slos: slos.length,
    services: services.length,
    sources: sources.length,
    notifiers: notifiers.length,
    people: onCall.people.length,
    schedules: onCall.schedules.length,
    escalationPolicies: onCall.policies.length,
    receivers: config.routing?.receivers.size ?? 0,
    webhooks: config.alertWebhooks.size,
  };
}

/** In the order in which they are said: one, and many. The first four are always said, the others where there are any. */
const NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  slos: ["SLO", "SLOs"],
  services: ["service", "services"],
  sources: ["source", "sources"],
  notifiers: ["notifier", "notifiers"],
  people: ["person", "people"],
  schedules: ["schedule", "schedules"],
  escalationPolicies: ["escalation policy", "escalation policies"],
  receivers: ["receiver", "receivers"],
  webhooks: ["webhook", "webhooks"],
};

function countWords(config: PlimsollConfig): string {
  const counts = countsOf(config);
  return Object.entries(NOUNS)
    .map(([name, [one, many]], index) => ({ count: counts[name] ?? 0, one, many, always: index < 4 }))
    .filter(({ always, count }) => always || count > 0)
    .map(({ count, many, one }) => `${count} ${count === 1 ? one : many}`)
    .join(", ");
}
