import type {
  AutomationSettings,
  BudgetPolicy,
  Correction,
  FreezeWindow,
  OnCallSettings,
  RoutingSettings,
  Service,
  Slo,
  WebhookMapping,
} from "@plimsoll/core";
import type { Secret } from "./secret.js";

/** Everything that `plimsoll.yaml` says, with every default filled in and every name resolved. */
export type PlimsollConfig = {
  /** Length of a slice; the loop evaluates once per slice. */
  readonly sliceMs: number;
  readonly storage: StorageConfig;
  readonly http: HttpConfig;
  readonly sources: readonly SourceConfig[];
  readonly services: readonly Service[];
  /** Each SLO has `version: 1`; whoever stores SLOs raises it when a stored one differs. */
  readonly slos: readonly Slo[];
  /** By name; always holds `default`. */
  readonly budgetPolicies: Readonly<Record<string, BudgetPolicy>>;
  readonly corrections: readonly Correction[];
  readonly freezeWindows: readonly FreezeWindow[];
  readonly notifiers: readonly NotifierConfig[];
  readonly notify: NotifyConfig;
  readonly reports: readonly ReportConfig[];
  readonly incidents: IncidentsConfig;
  /** Who answers when, and who is called; nobody where nothing is said of it. */
  readonly onCall: OnCallSettings;
  /** What becomes of alerts from elsewhere; absent: each opens an incident of its own at once. */
  readonly routing?: RoutingSettings;
  /** Where such alerts come in, by name. */
  readonly alertWebhooks: ReadonlyMap<string, AlertWebhookConfig>;
} & OperationConfig;

/** What runbooks work with, and how people are told. */
export type OperationConfig = {
  /** Folders and files of runbooks; absolute or relative to the working directory. */
  readonly runbookPaths: readonly string[];
  /** What the host's own schema made of it; absent where nothing is said of it. */
  readonly runbookHost?: unknown;
  /** By the names that runbooks use. */
  readonly remediators: readonly AdapterConfig[];
  readonly fleets: readonly AdapterConfig[];
  /** What the engine may start by itself; it only observes where this is absent. */
  readonly automation?: AutomationSettings;
  readonly deadMan?: DeadManConfig;
  /** How many messages a contact gets in what time, before they are made one; the engine's own where absent. */
  readonly throttle?: { readonly messages: number; readonly perMs: number };
};

/** A configured remediator or fleet: `settings` is what its type's own schema made of the remaining keys. */
export type AdapterConfig = { readonly name: string; readonly type: string; readonly settings: unknown };

/** Who is told that paging works, and how often at most. */
export type DeadManConfig = { readonly everyMs: number; readonly settings: unknown };

/** A webhook by which alerts come in as any JSON. Without a token of its own it takes what the service's tokens allow. */
export type AlertWebhookConfig = {
  readonly name: string;
  readonly mapping: WebhookMapping;
  /** For a sender that repeats what still fires: without a repeat it is over after this. */
  readonly resolveTimeoutMs?: number;
  readonly token?: Secret;
};

/** Where history, events and audit are kept. */
export type StorageConfig =
  /** The embedded store; the folder is absolute or relative to the working directory. */
  { readonly kind: "embedded"; readonly folder: string } | { readonly kind: "postgres"; readonly url: Secret };

/** What a token's holder may do; each role includes the ones before it. */
export type Role = "viewer" | "responder" | "approver" | "admin";

/** How the service is reached. */
export type HttpConfig = {
  readonly host: string;
  /** 0 asks the operating system for a free one. */
  readonly port: number;
  /** Values of the Host header that are answered, beside the loopback names and `host` itself. */
  readonly allowedHosts: readonly string[];
  /** Addresses and networks in CIDR notation of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly tokens: readonly { readonly name: string; readonly role: Role; readonly token: Secret }[];
};

/** A configured source: `settings` is what the source type's own schema made of the remaining keys. */
export type SourceConfig = { readonly name: string; readonly type: string; readonly settings: unknown };

/** A configured notifier: `settings` is what the notifier type's own schema made of the remaining keys. */
export type NotifierConfig = { readonly name: string; readonly type: string; readonly settings: unknown };

/** Which notifiers hear of what, by their names. */
export type NotifyConfig = {
  readonly pages: readonly string[];
  readonly tickets: readonly string[];
  readonly incidents: readonly string[];
};

/** A report that is written on a schedule. */
export type ReportConfig = {
  readonly name: string;
  /** How far back it looks; the period before it is the comparison. */
  readonly periodMs: number;
  readonly every: ReportSchedule;
  readonly format: "markdown" | "text" | "json";
  /** Restricts it to these services; all when absent. */
  readonly services?: readonly string[];
  readonly to: readonly ReportTarget[];
};

/** When a report is due: on a weekday, on a day of the month, or else every day, at a local clock time. */
export type ReportSchedule = {
  /** ISO weekday, 1 = Monday to 7 = Sunday. */
  readonly weekday?: number;
  /** 1 to 31, or negative from the month's end: -1 is the last day. Never together with `weekday`. */
  readonly dayOfMonth?: number;
  /** `HH:mm`. */
  readonly time: string;
  readonly zone: string;
};

/** Where a report goes. A path is absolute or relative to the working directory. */
export type ReportTarget =
  | { readonly kind: "notifier"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/** How incidents follow alerts. */
export type IncidentsConfig = {
  /** After an incident closed, an alert under the same key within this time reopens it. */
  readonly cooldownMs: number;
  /** An incident whose alert is resolved closes by itself after this time. */
  readonly autoCloseAfterMs: number;
};
