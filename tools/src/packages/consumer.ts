import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { pnpmCommand } from "../pnpm-command.ts";
import { publishedEntries } from "../published-entries.ts";
import { runCommand } from "../run-command.ts";
import type { PackedPackage } from "./pack.ts";

/** An entry and the names that its source exports at run time. */
interface ExpectedEntry {
  readonly specifier: string;
  readonly names: readonly string[];
}

/** Installs the tarballs, and nothing of this repository, into `folder` as a user would. */
export async function installConsumer(folder: string, packed: readonly PackedPackage[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const files = Object.fromEntries(
    packed.map(({ published, tarball }) => [published.manifest.name, `file:${tarball}`]),
  );
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies: files }),
  );
  // The packages name each other by version, and these versions are in no registry yet.
  writeFileSync(join(folder, "pnpm-workspace.yaml"), `packages: []\noverrides: ${JSON.stringify(files)}\n`);
  const [command, ...leading] = pnpmCommand();
  const args = [...leading, "install", "--prefer-offline", "--ignore-scripts", "--config.auto-install-peers=false"];
  const outcome = await runCommand(command, args, { cwd: folder });
  if (outcome.code !== 0) throw new Error(`the packed packages cannot be installed:\n${outcome.output}`);
}

/** Imports every entry of every installed package and compares its exports with those of the source. */
export async function importEverything(folder: string, packed: readonly PackedPackage[]): Promise<readonly string[]> {
  const expected = await Promise.all(
    packed
      .flatMap(({ published }) => publishedEntries(published))
      .map(async ({ specifier, source }) => ({ specifier, names: await exportsOf(source) })),
  );
  writeFileSync(join(folder, "import-everything.mjs"), importingProgram(expected));
  const outcome = await runCommand("node", ["import-everything.mjs"], { cwd: folder, timeoutMs: 60_000 });
  if (outcome.code === 0 && outcome.stdout.includes(`imported ${expected.length} entries`)) return [];
  return outcome.output.trim().split("\n");
}

async function exportsOf(source: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "silent",
    outdir: dirname(source),
  });
  return Object.values(metafile.outputs).flatMap((output) => (output.entryPoint === undefined ? [] : output.exports));
}

function importingProgram(expected: readonly ExpectedEntry[]): string {
  return `const expected = ${JSON.stringify(expected, undefined, 2)};
let wrong = 0;
const say = (words) => { wrong += 1; console.log(words); };
for (const { specifier, names } of expected) {
  try {
    const found = Object.keys(await import(specifier));
    if (found.length === 0) say(specifier + ": exports nothing at run time");
    for (const name of names) if (!found.includes(name)) say(specifier + ": " + name + " is exported by the source and not by the package");
    for (const name of found) if (!names.includes(name)) say(specifier + ": " + name + " is exported by the package and not by the source");
  } catch (error) {
    say(specifier + ": cannot be imported: " + error.message);
  }
}
console.log("imported " + expected.length + " entries");
process.exitCode = wrong === 0 ? 0 : 1;
`;
}

/** Compiles a program that uses every entry's types, and reads the packages' declarations in full: what they need, they must bring. */
export function compileAgainst(folder: string, packed: readonly PackedPackage[]): readonly string[] {
  const entries = packed.flatMap(({ published }) => publishedEntries(published));
  const program = join(folder, "types.ts");
  const lines = entries.map(
    ({ specifier }, index) =>
      `import type * as entry${index} from ${JSON.stringify(specifier)};\nexport type Entry${index} = keyof typeof entry${index};`,
  );
  writeFileSync(program, `${lines.join("\n")}\n`);
  provideNodeTypes(folder);
  const compiled = ts.createProgram([program], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  });
  return ts
    .getPreEmitDiagnostics(compiled)
    .filter(({ file }) => file === undefined || file.fileName === program || file.fileName.includes("/@plimsoll/"))
    .map(
      (diagnostic) =>
        `${diagnostic.file?.fileName.replace(/^.*\/@plimsoll\//, "@plimsoll/") ?? "types"}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`,
    );
}

/** Node's types are a user's own; everything else a declaration needs has to come with the package. */
function provideNodeTypes(folder: string): void {
  const nodeTypes = dirname(createRequire(import.meta.url).resolve("@types/node/package.json"));
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  symlinkSync(nodeTypes, join(folder, "node_modules", "@types", "node"));
}
