export type { ConfigIssue, ConfigIssueCode } from "./config-issue.js";
export type {
  ConfigFile,
  ConfigRegistry,
  NotifierType,
  ParseConfigOptions,
  ReadSecret,
  SecretReference,
  SourceType,
} from "./config-registry.js";
export type {
  HttpConfig,
  IncidentsConfig,
  NotifierConfig,
  NotifyConfig,
  PlimsollConfig,
  ReportConfig,
  ReportSchedule,
  ReportTarget,
  Role,
  SourceConfig,
  StorageConfig,
} from "./plimsoll-config.js";
export type { ParseConfig } from "./parse-config.js";
export { Secret } from "./secret.js";
