import { PlimsollError } from "@plimsoll/core";

/** What can be wrong with storage. */
export type StorageErrorCode =
  | "storage-unavailable"
  | "storage-full"
  | "storage-access-denied"
  | "storage-not-found"
  | "storage-bad-value"
  | "storage-duplicate"
  | "storage-failed";

type Finding = { readonly code: StorageErrorCode; readonly retryable: boolean; readonly advice: string };

// By SQLSTATE or its class, https://www.postgresql.org/docs/current/errcodes-appendix.html, and by Node's error codes.
const FINDINGS: readonly (readonly [RegExp, Finding])[] = [
  [/^23505$/u, { code: "storage-duplicate", retryable: false, advice: "The row is there already." }],
  [/^53100$|^ENOSPC$/u, { code: "storage-full", retryable: true, advice: "Free space on the disk." }],
  [/^28/u, { code: "storage-access-denied", retryable: false, advice: "Check user and password." }],
  [
    /^42501$|^EACCES$|^EPERM$|^EROFS$/u,
    { code: "storage-access-denied", retryable: false, advice: "Grant the permission." },
  ],
  [/^3D000$/u, { code: "storage-not-found", retryable: false, advice: "Create the database, or correct its name." }],
  [/^22/u, { code: "storage-bad-value", retryable: false, advice: "The value cannot be stored; correct it." }],
  [
    /^40|^55P03$/u,
    { code: "storage-unavailable", retryable: true, advice: "Another writer was in the way; try again." },
  ],
  [
    /^08|^53|^57|^58/u,
    { code: "storage-unavailable", retryable: true, advice: "See the server's log; it may come back by itself." },
  ],
  [
    /^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH)$/u,
    { code: "storage-unavailable", retryable: true, advice: "Check that the server runs and can be reached." },
  ],
];

const CONNECTION_LOST: Finding = {
  code: "storage-unavailable",
  retryable: true,
  advice: "Check that the server runs and can be reached.",
};
const UNKNOWN: Finding = {
  code: "storage-failed",
  retryable: false,
  advice: "This should not happen; report it with this line.",
};

/** The SQLSTATE or Node code of a failure, where it has one. */
export function failureCodeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  // Node wraps the attempts at several addresses of one host.
  if (error instanceof AggregateError) return failureCodeOf(error.errors[0]);
  return undefined;
}

/** A storage failure whose SQLSTATE is still to be had, for the few places that turn one into a value. */
export class StorageError extends PlimsollError<StorageErrorCode> {
  readonly sqlState: string | undefined;

  constructor(options: {
    readonly code: StorageErrorCode;
    readonly message: string;
    readonly retryable: boolean;
    readonly sqlState: string | undefined;
  }) {
    super(options);
    this.sqlState = options.sqlState;
  }
}

/** Makes a driver's failure a `PlimsollError` that names the place, says what to do, and holds no secret. */
export function storageErrorOf(error: unknown, location: string, secrets: readonly string[] = []): StorageError {
  if (error instanceof StorageError) return error;
  const sqlState = failureCodeOf(error);
  const said = redact(saidBy(error), secrets);
  const finding = findingOf(sqlState, said);
  // The driver's error is not kept as the cause: it can hold the connection's settings.
  const message = `Storage at ${location} failed: ${said}${sqlState === undefined ? "" : ` (${sqlState})`}. ${finding.advice}`;
  return new StorageError({ code: finding.code, retryable: finding.retryable, message, sqlState });
}

function findingOf(sqlState: string | undefined, said: string): Finding {
  if (sqlState === undefined && /connection|timeout/iu.test(said)) return CONNECTION_LOST;
  return FINDINGS.find(([pattern]) => sqlState !== undefined && pattern.test(sqlState))?.[1] ?? UNKNOWN;
}

function saidBy(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(saidBy).join("; ");
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/u, "");
}

function redact(text: string, secrets: readonly string[]): string {
  const withoutUrls = text.replaceAll(/(\w+:\/\/[^:/@\s]*):[^@\s]*@/gu, "$1:***@");
  return secrets.reduce(
    (cleaned, secret) => (secret === "" ? cleaned : cleaned.replaceAll(secret, "***")),
    withoutUrls,
  );
}
