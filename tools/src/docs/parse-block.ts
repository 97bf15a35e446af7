import ts from "typescript";
import { parseDocument } from "yaml";
import { runCommand } from "../run-command.ts";
import type { CodeBlock } from "./code-block.ts";

/** Reads a block that is not whole, or has to be seen only, by its language's parser; what that says, by Markdown file and line. */
export async function parseBlock(block: CodeBlock): Promise<readonly string[]> {
  switch (block.language) {
    case "ts":
      return parseTypeScript(block);
    case "yaml":
      return parseDocument(block.text, { prettyErrors: false }).errors.map(({ message, pos }) =>
        at(block, block.text.slice(0, pos[0]).split("\n").length, message),
      );
    default:
      return parseShell(block);
  }
}

function parseTypeScript(block: CodeBlock): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(block.text, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
  });
  return diagnostics.map(({ file, start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    return at(block, line, ts.flattenDiagnosticMessageText(messageText, "\n"));
  });
}

async function parseShell(block: CodeBlock): Promise<readonly string[]> {
  const { code, output } = await runCommand("bash", ["-n", "-c", block.text]);
  return code === 0 ? [] : [`${block.file}:${block.line}: bash cannot read the block:\n${output}`];
}

/** `line` of the block's text, from 1; the fence is the line before. */
function at(block: CodeBlock, line: number, words: string): string {
  return `${block.file}:${block.line + line}: ${words}`;
}
