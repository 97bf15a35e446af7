import { readFileSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { failure, success, type Result } from "@plimsoll/core";
import type { ConfigIssue } from "./config-issue.js";
import type { ConfigFile, ReadSecret } from "./config-registry.js";
import { MAX_FILE_CHARACTERS } from "./document/yaml-file.js";

/** A folder with more files than this is not one of configuration. */
const MAX_FILES = 1_000;
/** Secrets are short; a file beyond this was named by mistake. */
const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Reads one file, or every *.yaml and *.yml of a folder (not of folders below) in the order of their names. Files that
 * begin with a dot are left out.
 */
export async function readConfigFiles(path: string): Promise<Result<readonly ConfigFile[], readonly ConfigIssue[]>> {
  try {
    if (!(await stat(path)).isDirectory()) return await readAll([path]);
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
    if (names.length === 0)
      return failure([
        unreadable(path, "The folder holds no file that ends in .yaml.", "Run `plimsoll init` to write one."),
      ]);
    if (names.length > MAX_FILES)
      return failure([
        unreadable(
          path,
          `The folder holds ${names.length} files, and ${MAX_FILES} is the most that is read.`,
          "Name the folder that holds only configuration.",
        ),
      ]);
    return await readAll(names.map((name) => join(path, name)));
  } catch (thrown) {
    return failure([notRead(path, thrown)]);
  }
}

async function readAll(paths: readonly string[]): Promise<Result<readonly ConfigFile[], readonly ConfigIssue[]>> {
  const files: ConfigFile[] = [];
  const issues: ConfigIssue[] = [];
  for (const path of paths) {
    try {
      const { size } = await stat(path);
      if (size > 4 * MAX_FILE_CHARACTERS) {
        issues.push({
          ...unreadable(
            path,
            `The file has ${size} bytes, which is more than is read.`,
            "Split it into several files in one folder.",
          ),
          code: "too-large",
        });
        continue;
      }
      files.push({ name: path, text: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)) });
    } catch (thrown) {
      issues.push(
        thrown instanceof TypeError
          ? unreadable(path, "The file is not UTF-8 text.", "Save it as UTF-8.")
          : notRead(path, thrown),
      );
    }
  }
  return issues.length === 0 ? success(files) : failure(issues);
}

function notRead(path: string, thrown: unknown): ConfigIssue {
  const code = codeOf(thrown);
  if (code === "ENOENT")
    return unreadable(
      path,
      "There is no such file or folder.",
      "Run `plimsoll init` to write one, or name the right one.",
    );
  if (code === "EACCES" || code === "EPERM")
    return unreadable(path, "This user may not read it.", "Change its permissions, or run as its owner.");
  return unreadable(path, `It could not be read (${code}).`, "Check the path.");
}

function unreadable(file: string, message: string, fix: string): ConfigIssue {
  return {
    code: "unreadable-file",
    file,
    path: "",
    line: 1,
    column: 1,
    message,
    expected: "a file of YAML, or a folder of them",
    fix,
  };
}

function codeOf(thrown: unknown): string {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "unknown reason";
}

/** Reads secrets from environment variables and from files; one line end at the end of a file is not part of it. */
export function createSecretReader(environment: Readonly<Record<string, string | undefined>>): ReadSecret {
  return (reference) => {
    if (reference.kind === "env") {
      const value = environment[reference.name];
      return value === undefined ? failure("it is not set") : success(value);
    }
    try {
      if (statSync(reference.path).size > MAX_SECRET_BYTES) return failure("it is too large for a secret");
      return success(readFileSync(reference.path, "utf8").replace(/\r?\n$/, ""));
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === "ENOENT") return failure("there is no such file");
      return failure(code === "EACCES" ? "this user may not read it" : `it could not be read (${code})`);
    }
  };
}
