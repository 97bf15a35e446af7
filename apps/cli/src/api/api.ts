import type { z } from "zod";
import { CliError, EXIT } from "../cli-error.js";
import { didYouMean } from "../command-line/near-names.js";

/** One answer of the API, as it came. */
export type ApiAnswer = { readonly status: number; readonly body: string };

/** The API, of a running service or of the storage that this process has opened itself. */
export type Api = {
  get(path: string): Promise<ApiAnswer>;
  close(): Promise<void>;
};

/** An answer that was good: its text as it came, and what it says. */
export type ApiReading<Value> = { readonly text: string; readonly value: Value };

/** Reads one address; throws a `CliError` for a refusal. */
export async function readApi<Schema extends z.ZodType>(
  api: Api,
  path: string,
  schema: Schema,
): Promise<ApiReading<z.infer<Schema>>> {
  const text = await readApiText(api, path);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { text, value: parsed.data };
  const issue = parsed.error.issues[0];
  throw new CliError(
    EXIT.unavailable,
    `The service's answer to ${path.split("?")[0]} is not one that this version understands (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}). Is it of another version?`,
  );
}

/** Reads one address whose answer is text. */
export async function readApiText(api: Api, path: string): Promise<string> {
  const { body, status } = await api.get(path);
  if (status === 200) return body;
  const message = problemMessage(body) ?? `The service answered ${path.split("?")[0]} with status ${status}.`;
  // What the service refuses is the caller's to mend; what fails inside it is not.
  throw new CliError(
    status >= 400 && status < 500 && status !== 401 && status !== 409 && status !== 421 ? EXIT.usage : EXIT.unavailable,
    message,
  );
}

/** Refuses an id that is not among those known, and names the nearest. */
export function checkKnown(what: string, id: string, known: readonly string[]): void {
  if (known.includes(id)) return;
  const near = didYouMean(id, known);
  const list =
    near !== ""
      ? near
      : known.length === 0
        ? ` There is no ${what} yet.`
        : ` There ${known.length === 1 ? "is" : "are"} ${known.slice(0, 10).join(", ")}${known.length > 10 ? ` and ${known.length - 10} more` : ""}.`;
  throw new CliError(EXIT.usage, `There is no ${what} ${JSON.stringify(id.slice(0, 80))}.${list}`);
}

/** A path with a query; what is undefined is left out. */
export function pathWith(
  path: string,
  query: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === "string" ? [value] : value) search.append(name, one);
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

function problemMessage(body: string): string | undefined {
  const value = parseJson(body);
  const message = typeof value === "object" && value !== null && "message" in value ? value.message : undefined;
  return typeof message === "string" ? message : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
