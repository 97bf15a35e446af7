import { failure, type Result } from "@plimsoll/core";
import type { ConfigIssue } from "../config-issue.js";
import type { ConfigFile } from "../config-registry.js";
import { readConfigFiles } from "../read-config-files.js";
import { parseRunbooks, type ParsedRunbook } from "./parse-runbooks.js";

/** Reads the runbooks of folders and files; a failure holds every problem of every file. A file that is named twice is read once. */
export async function readRunbooks(
  paths: readonly string[],
): Promise<Result<readonly ParsedRunbook[], readonly ConfigIssue[]>> {
  const read = await Promise.all(paths.map((path) => readConfigFiles(path)));
  const issues = read.flatMap((one) => (one.ok ? [] : one.error));
  if (issues.length > 0) return failure(issues);
  const files = new Map<string, ConfigFile>();
  for (const file of read.flatMap((one) => (one.ok ? one.value : []))) files.set(file.name, file);
  return parseRunbooks([...files.values()]);
}
