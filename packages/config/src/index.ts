export type { ConfigIssue, ConfigIssueCode } from "./config-issue.js";
export { configJsonSchema } from "./config-json-schema.js";
export type {
  ConfigFile,
  ConfigRegistry,
  NotifierType,
  ParseConfigOptions,
  ReadSecret,
  SecretReference,
  SourceType,
} from "./config-registry.js";
export { formatIssues } from "./format-issues.js";
export { parseLocalTimes } from "./resolve/parse-local-times.js";
export { parseConfig, type ParseConfig } from "./parse-config.js";
export type {
  AdapterConfig,
  AlertWebhookConfig,
  DeadManConfig,
  HttpConfig,
  IncidentsConfig,
  NotifierConfig,
  NotifyConfig,
  OperationConfig,
  PlimsollConfig,
  ReportConfig,
  ReportSchedule,
  ReportTarget,
  Role,
  SourceConfig,
  StorageConfig,
} from "./plimsoll-config.js";
export { createSecretReader, readConfigFiles } from "./read-config-files.js";
export { Secret } from "./secret.js";
export { starterConfig, type StarterAnswers } from "./starter-config.js";
export { allowsShell } from "./runbook/allows-shell.js";
export { parseRunbooks, type ParsedRunbook } from "./runbook/parse-runbooks.js";
export { readRunbooks } from "./runbook/read-runbooks.js";
export { runbookJsonSchema } from "./runbook/runbook-json-schema.js";
