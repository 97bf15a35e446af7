import type { Result } from "@plimsoll/core";
import type { ConfigIssue } from "./config-issue.js";
import type { ConfigFile, ParseConfigOptions } from "./config-registry.js";
import type { PlimsollConfig } from "./plimsoll-config.js";

/** The signature of `parseConfig`: pure, never throws, and reports every problem of every file in one go. */
export type ParseConfig = (
  files: readonly ConfigFile[],
  options: ParseConfigOptions,
) => Result<PlimsollConfig, readonly ConfigIssue[]>;
