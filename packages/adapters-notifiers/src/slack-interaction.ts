import { success, type Result } from "@plimsoll/core";
import { z } from "zod";
import {
  bodyText,
  parseJson,
  refuse,
  singleHeader,
  type CallbackRefusal,
  type CallbackRequest,
  type ChannelAction,
} from "./callback.js";
import { reveal, type SecretText } from "./secret-text.js";
import { hmacHex, isSameText } from "./signature.js";
import { SLACK_ACTION_PREFIX } from "./slack-app.js";

/** Source: Slack, "Verifying requests from Slack": older requests may be replays. */
const WINDOW_S = 300;

const payloadSchema = z.object({
  type: z.string(),
  user: z.object({ id: z.string().min(1).max(100), username: z.string().max(200).optional() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).optional(),
});
const ACTION = new RegExp(`^${SLACK_ACTION_PREFIX.replace(".", "\\.")}(acknowledge|escalate|resolve)\\.\\d{1,2}$`);
const kindSchema = z.enum(["acknowledge", "escalate", "resolve"]);
const TOKEN = /^[A-Za-z0-9._~-]{1,60}$/;

/**
 * Reads what somebody pressed in Slack, from the request to the app's interactivity address. Checks Slack's signature (version
 * 0, in constant time) over the raw body and that the request is at most five minutes old; a copy within these has
 * the same `callbackId`. The token is still to be checked, and says what may be done.
 */
export function parseSlackInteraction(
  request: CallbackRequest,
  options: { readonly signingSecret: SecretText; readonly nowMs: number },
): Result<ChannelAction, CallbackRefusal> {
  const signature = singleHeader(request, "x-slack-signature");
  const timestamp = singleHeader(request, "x-slack-request-timestamp");
  if (signature === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp))
    return refuse("unsigned", "the request has no signature and time of Slack");
  const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`), body]);
  if (!isSameText(signature, `v0=${hmacHex(reveal(options.signingSecret), signed)}`))
    return refuse("forged", "the signature is not that of this app");
  if (Math.abs(options.nowMs / 1_000 - Number(timestamp)) > WINDOW_S)
    return refuse("stale", "the request is more than five minutes from now");
  const payloads = new URLSearchParams(bodyText(request)).getAll("payload");
  const read = payloadSchema.safeParse(parseJson(payloads.length === 1 ? (payloads[0] ?? "") : ""));
  if (!read.success) return refuse("malformed", "the request is not an interaction");
  const { actions = [], type, user } = read.data;
  const pressed = type === "block_actions" ? actions.find(({ action_id: id }) => ACTION.test(id)) : undefined;
  if (pressed === undefined) return refuse("irrelevant", "nothing of ours was pressed");
  const kind = kindSchema.parse(ACTION.exec(pressed.action_id)?.[1]);
  const token = pressed.value ?? "";
  if (!TOKEN.test(token)) return refuse("malformed", "the button carries no token");
  return success({
    kind,
    subject: { by: "token", token },
    actor: { id: user.id, ...(user.username === undefined ? {} : { name: user.username }) },
    callbackId: `slack:${signature}`,
    replayableUntilMs: (Number(timestamp) + WINDOW_S) * 1_000,
  });
}
