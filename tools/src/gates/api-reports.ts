import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from "@microsoft/api-extractor";
import { buildOrExit } from "../build/build-packages.ts";
import { publishedEntries, type PublishedEntry } from "../published-entries.ts";
import { publishedPackages, repositoryRoot } from "../repository.ts";

const ENUM_MEMBER = /^ *("?)([\w-]+)\1: "\2";$/;

// A report says what a package promises, one per entry. It lies in git, so that a change of the promise is read in review.
// A program that can be embedded promises as much as a library; one that is files alone has no entries.
const packages = publishedPackages().map((published) => ({ published, entries: publishedEntries(published) }));
const programmed = packages.filter(({ entries }) => entries.length > 0);
await buildOrExit(programmed.map(({ published }) => `./${published.path}`));
const write = process.argv.includes("--write");
const problems = packages.flatMap(({ entries, published }) => [
  ...checkEntries(entries),
  ...strayReports(published.directory, entries),
]);
for (const problem of problems) console.error(problem);
console.log(`api: ${programmed.length} packages, ${problems.length} differences or errors`);
process.exitCode = problems.length === 0 && programmed.length > 0 ? 0 : 1;

/** Makes the reports of a package's entries, which one program of the compiler reads, and compares them; the words of what is wrong. */
function checkEntries(entries: readonly PublishedEntry[]): readonly string[] {
  const missing = entries.filter(({ types }) => !existsSync(types));
  if (missing.length > 0) {
    return missing.map(
      ({ specifier, types }) =>
        `${specifier}: ${relative(repositoryRoot, types)} is not there; run \`pnpm build\` first`,
    );
  }
  const configs = entries.map((entry) => ({ entry, config: extractorConfig(entry, temporaryFolder(entry)) }));
  const [first] = configs;
  if (first === undefined) return [];
  const additionalEntryPoints = entries.map(({ types }) => types);
  const compilerState = CompilerState.create(first.config, { additionalEntryPoints });
  return configs.flatMap(({ config, entry }) => checkEntry(entry, config, compilerState));
}

function temporaryFolder({ directory }: PublishedEntry): string {
  return join(directory, "temp", "api");
}

/** Makes the report of one entry and compares it with the one in git. */
function checkEntry(entry: PublishedEntry, config: ExtractorConfig, compilerState: CompilerState): readonly string[] {
  const reportPath = join(entry.directory, "api", entry.reportFile);
  const errors: string[] = [];
  try {
    Extractor.invoke(config, {
      compilerState,
      localBuild: true,
      messageCallback: (message) => noteError(message, errors),
    });
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error));
  }
  if (errors.length > 0) return errors.map((text) => `${entry.specifier}: ${text}`);
  const made = withSortedEnums(readFileSync(join(temporaryFolder(entry), entry.reportFile), "utf8"));
  if (write) {
    mkdirSync(join(entry.directory, "api"), { recursive: true });
    writeFileSync(reportPath, made);
    return [];
  }
  const before = existsSync(reportPath) ? readFileSync(reportPath, "utf8") : "";
  return before === made
    ? []
    : [
        `${entry.specifier}: the API differs from its report\n${changedLines(before, made)}\nRun \`pnpm api\` and commit ${relative(repositoryRoot, reportPath)} when the change is meant.`,
      ];
}

/** The compiler writes the members of a schema's enum in whatever order it met them, which another build of the same sources may not. */
function withSortedEnums(report: string): string {
  const members: string[] = [];
  const lines = report.split("\n").flatMap((line) => {
    if (ENUM_MEMBER.test(line)) {
      members.push(line);
      return [];
    }
    return [...members.splice(0).sort(), line];
  });
  return lines.join("\n");
}

function noteError(message: ExtractorMessage, errors: string[]): void {
  if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.formatMessageWithLocation(repositoryRoot));
  message.handled = true;
}

function extractorConfig(entry: PublishedEntry, temporary: string): ExtractorConfig {
  mkdirSync(temporary, { recursive: true });
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(entry.directory, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: entry.directory,
      // As git keeps it, so that a clone finds no difference.
      newlineKind: "lf",
      mainEntryPointFilePath: entry.types,
      // The compiled declarations of other packages are read, as a user's compiler would.
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2023",
            lib: ["ES2023", "DOM"],
            module: "NodeNext",
            moduleResolution: "NodeNext",
            strict: true,
            skipLibCheck: true,
            types: [],
          },
          files: [entry.types],
        },
        skipLibCheck: true,
      },
      apiReport: {
        enabled: true,
        reportFileName: entry.reportFile,
        reportFolder: temporary,
        reportTempFolder: join(temporary, "new"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        // Release tags are not used: what an entry exports is public. Missing documentation is marked in the report itself.
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: false },
          "ae-missing-release-tag": { logLevel: ExtractorLogLevel.None, addToApiReportFile: false },
          "ae-forgotten-export": { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
        },
      },
    },
  });
}

/** A report that no entry has any more would be read as a promise. */
function strayReports(directory: string, entries: readonly PublishedEntry[]): readonly string[] {
  const folder = join(directory, "api");
  const known = new Set(entries.map(({ reportFile }) => reportFile));
  const stray = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".api.md") && !known.has(name))
    : [];
  if (write) for (const name of stray) rmSync(join(folder, name));
  return write
    ? []
    : stray.map(
        (name) => `${relative(repositoryRoot, join(folder, name))} is the report of no entry; run \`pnpm api\``,
      );
}

function changedLines(before: string, after: string): string {
  const old = new Set(before.split("\n"));
  const made = new Set(after.split("\n"));
  const removed = [...old].filter((line) => !made.has(line)).map((line) => `- ${line}`);
  const added = [...made].filter((line) => !old.has(line)).map((line) => `+ ${line}`);
  return [...removed, ...added].slice(0, 40).join("\n");
}
