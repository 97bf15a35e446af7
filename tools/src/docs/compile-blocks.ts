import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { workspaceSources } from "../bundle-program.ts";
import { repositoryRoot, workspacePackages } from "../repository.ts";
import type { CodeBlock } from "./code-block.ts";

/** Compiles all blocks in one program, each as a module of its own, against the sources; what the compiler says, by Markdown file and line. */
export function compileBlocks(blocks: readonly CodeBlock[]): readonly string[] {
  const folder = join(repositoryRoot, "tools", "temp", "docs");
  const files = new Map(blocks.map((block, index) => [join(folder, `block-${index}.ts`), block]));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  // The blocks are never written: the compiler is told that they are there.
  host.fileExists = (path) => files.has(path) || disk.fileExists(path);
  host.readFile = (path) => files.get(path)?.text ?? disk.readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const block = files.get(path);
    if (block === undefined) return disk.getSourceFile(path, languageVersion, ...rest);
    const module = ts.createSourceFile(path, `${block.text}\nexport {};\n`, languageVersion);
    return Object.assign(module, { impliedNodeFormat: ts.ModuleKind.ESNext });
  };
  const program = ts.createProgram([...files.keys()], options, host);
  // The sources that a block imports have a gate of their own: only what is said of the blocks is asked for, which is a fraction of the work.
  const modules = [...files.keys()].flatMap((path) => program.getSourceFile(path) ?? []);
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...modules.flatMap((module) => [
      ...program.getSyntacticDiagnostics(module),
      ...program.getSemanticDiagnostics(module),
    ]),
  ];
  return diagnostics.flatMap((diagnostic) => {
    const block = files.get(diagnostic.file?.fileName ?? "");
    const words = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    if (block === undefined || diagnostic.file === undefined) return diagnostic.file === undefined ? [words] : [];
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    return [`${block.file}:${block.line + line + 1}: ${words}`];
  });
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(repositoryRoot, "tsconfig.base.json"), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const base = ts.convertCompilerOptionsFromJson(config.compilerOptions, repositoryRoot).options;
  const sources = [...workspaceSources()].map(([specifier, source]) => [specifier, [source]] as const);
  const folders = workspacePackages()
    .map(({ directory }) => join(directory, "node_modules"))
    .filter((path) => existsSync(path));
  const paths = {
    ...Object.fromEntries(sources),
    "*": folders.flatMap((path) => [join(path, "*"), join(path, "@types", "*")]),
  };
  // A reader's program may leave a variable unused and await at the top.
  return {
    ...base,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths,
    noEmit: true,
  };
}
