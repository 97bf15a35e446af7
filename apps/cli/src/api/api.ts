import type { z } from "zod";
import { CliError, EXIT, type ExitCode } from "../cli-error.js";
import { didYouMean } from "../command-line/near-names.js";

/** One answer of the API, as it came. */
export type ApiAnswer = { readonly status: number; readonly body: string };

/** The API, of a running service or of the storage that this process has opened itself. */
export type Api = {
  get(path: string): Promise<ApiAnswer>;
  close(): Promise<void>;
};

/** What goes along with a write. */
export type Sent = {
  readonly body?: object;
  /** Sent as Idempotency-Key. */
  readonly key?: string;
  /** Sent as If-Match: the service refuses the write at any other version. */
  readonly expectedVersion?: number;
};

/** The API of a service that runs, which also takes what people decide. */
export type WritableApi = Api & {
  send(method: "POST" | "DELETE", path: string, sent?: Sent): Promise<ApiAnswer>;
};

/** An answer that was good: its text as it came, and what it says. */
export type ApiReading<Value> = { readonly text: string; readonly value: Value };

/** Reads one address; throws a `CliError` for a refusal. */
export async function readApi<Schema extends z.ZodType>(
  api: Api,
  path: string,
  schema: Schema,
): Promise<ApiReading<z.infer<Schema>>> {
  return understood(path, await readApiText(api, path), schema);
}

/** The same where there may be nothing at the address: undefined then. */
export async function readApiIfThere<Schema extends z.ZodType>(
  api: Api,
  path: string,
  schema: Schema,
): Promise<ApiReading<z.infer<Schema>> | undefined> {
  const answer = await api.get(path);
  // Of what is too long for an address there is nothing either.
  return answer.status === 404 || answer.status === 414 ? undefined : understood(path, textOf(path, answer), schema);
}

function understood<Schema extends z.ZodType>(path: string, text: string, schema: Schema): ApiReading<z.infer<Schema>> {
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
  return textOf(path, await api.get(path));
}

function textOf(path: string, answer: ApiAnswer): string {
  if (answer.status === 200) return answer.body;
  throw refusal(path, answer, EXIT.unavailable);
}

/** Writes something and reads what became of it; throws a `CliError` for a refusal. */
export async function writeApi<Schema extends z.ZodType>(
  api: WritableApi,
  path: string,
  write: { readonly body: object; readonly answer: Schema; readonly key?: string },
): Promise<ApiReading<z.infer<Schema>>> {
  const { body, status } = await api.send("POST", path, {
    body: write.body,
    ...(write.key === undefined ? {} : { key: write.key }),
  });
  // That things are not as the writer thought is an answer, such as an incident that is resolved already.
  if (status !== 200 && status !== 201 && status !== 202) throw refusal(path, { body, status }, EXIT.finding);
  return understood(path, body, write.answer);
}

/** Takes something back; throws a `CliError` for a refusal. */
export async function deleteFromApi(
  api: WritableApi,
  path: string,
  sent: Pick<Sent, "expectedVersion"> = {},
): Promise<void> {
  const { body, status } = await api.send("DELETE", path, sent);
  if (status !== 204) throw refusal(path, { body, status }, EXIT.finding);
}

/** What the service refuses is the caller's to mend; what fails inside it is not. */
function refusal(path: string, { body, status }: ApiAnswer, conflict: ExitCode): CliError {
  const message = problemMessage(body) ?? `The service answered ${path.split("?")[0]} with status ${status}.`;
  // By the field it is 409, by the header 412: the thing is at another version than the writer thought.
  if (status === 409 || status === 412) return new CliError(conflict, message);
  const own = status >= 400 && status < 500 && status !== 401 && status !== 421;
  return new CliError(own ? EXIT.usage : EXIT.unavailable, message);
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
