import { failure, type NotificationAction, type Result } from "@plimsoll/core";

/** What somebody asked for from within a channel, checked to come from that channel. */
export type ChannelAction = {
  readonly kind: NotificationAction["kind"];
  /** What it is asked of: by the token of an action, which is still to be checked, or by the thread that the channel tracks. */
  readonly subject:
    | { readonly by: "token"; readonly token: string }
    | { readonly by: "thread"; readonly threadKey: string };
  /** Who asked, as the channel knows them: never proof of being somebody here. */
  readonly actor: { readonly id: string; readonly name?: string };
  /** The same for every copy of one request, so that a replay can be refused: see `createReplayGuard`. */
  readonly callbackId: string;
  /** Until when a copy could pass the other checks; a guard need remember it no longer. */
  readonly replayableUntilMs: number;
};

/** Why a callback is refused, with the status that its sender should get. `reason` holds nothing of what came. */
export type CallbackRefusal = {
  readonly code: "unsigned" | "forged" | "stale" | "malformed" | "irrelevant";
  readonly status: 200 | 400 | 401;
  readonly reason: string;
};

/** A request as it came in: the body is the bytes that came, before anything read them. */
export type CallbackRequest = {
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
};

const STATUS: Readonly<Record<CallbackRefusal["code"], CallbackRefusal["status"]>> = {
  unsigned: 401,
  forged: 401,
  stale: 401,
  malformed: 400,
  // It is from the channel and asks for nothing; any other answer would be sent again.
  irrelevant: 200,
};

/** Makes a refusal. */
export function refuse(code: CallbackRefusal["code"], reason: string): Result<never, CallbackRefusal> {
  return failure({ code, status: STATUS[code], reason });
}

/** A header that came exactly once; undefined otherwise, as two cannot both be right. */
export function singleHeader({ headers }: CallbackRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.length === 1 ? value[0] : undefined;
}

/** The body as text; only after its signature was checked over the bytes. */
export function bodyText({ body }: CallbackRequest): string {
  return typeof body === "string" ? body : Buffer.from(body).toString("utf8");
}

/** JSON read without a throw. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
