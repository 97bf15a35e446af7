/** One row as the driver gives it; whoever reads it converts each column. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A statement; a name lets a server keep its plan on each connection. */
export type SqlStatement = string | { readonly name: string; readonly text: string };

/** Runs the one dialect that this package speaks, on a server or embedded. Failures are `PlimsollError`s. */
export interface Sql {
  query(statement: SqlStatement, parameters?: readonly unknown[]): Promise<readonly SqlRow[]>;
  /** Runs work in one transaction, read committed; a throw rolls it back. */
  transaction<Value>(work: (sql: Sql) => Promise<Value>): Promise<Value>;
}

/** A `Sql` that owns its connections. */
export interface SqlConnection extends Sql {
  readonly backend: "embedded" | "server";
  /** Where the data is, fit for a log: an URL without its password, or a folder. */
  readonly location: string;
  /**
   * Runs statements without parameters, one after the other, and gives the rows of all of them. For the scripts of other
   * software, which bring their own BEGIN and COMMIT; when one fails, the transaction that it left open is rolled back.
   */
  script(text: string): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

/** The statement's text without its name. */
export function textOf(statement: SqlStatement): string {
  return typeof statement === "string" ? statement : statement.text;
}
