import { success, type NotificationAction, type Result } from "@plimsoll/core";
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

/** PagerDuty sends again for up to two days what was not taken; its signature holds no time, so the event's own is looked at. */
const WINDOW_MS = 48 * 3_600_000;
/** A clock that runs ahead of ours by more than this is not PagerDuty's. */
const AHEAD_MS = 300_000;
/** A secret that is being replaced signs beside the new one; more signatures than this are not from PagerDuty. */
const MOST_SIGNATURES = 10;

const KINDS: Readonly<Record<string, NotificationAction["kind"]>> = {
  "incident.acknowledged": "acknowledge",
  "incident.escalated": "escalate",
  "incident.resolved": "resolve",
};

const bodySchema = z.object({
  event: z.object({
    id: z.string().min(1).max(200),
    event_type: z.string(),
    occurred_at: z.string(),
    agent: z.object({ id: z.string().max(100), summary: z.string().max(500).nullish() }).nullish(),
    data: z.object({ incident_key: z.string().max(255).nullish() }).loose(),
  }),
});

/**
 * Reads a webhook of PagerDuty (version 3): somebody acknowledged, escalated or resolved there. Checks the signatures in
 * constant time; copies have the same `callbackId`. Says by thread what it is asked of: the dedup_key that was sent.
 */
export function parsePagerDutyWebhook(
  request: CallbackRequest,
  options: { readonly secret: SecretText; readonly nowMs: number },
): Result<ChannelAction, CallbackRefusal> {
  const header = singleHeader(request, "x-pagerduty-signature");
  if (header === undefined) return refuse("unsigned", "the request has no signature of PagerDuty");
  const expected = `v1=${hmacHex(reveal(options.secret), request.body)}`;
  const given = header.split(",", MOST_SIGNATURES).map((part) => part.trim());
  // Every one is compared, so that the time tells nothing of which was right.
  if (given.filter((signature) => isSameText(signature, expected)).length === 0)
    return refuse("forged", "no signature is that of this subscription");
  const read = bodySchema.safeParse(parseJson(bodyText(request)));
  if (!read.success) return refuse("malformed", "the request is not an event of version 3");
  const { agent, data, event_type: type, id, occurred_at: occurredAt } = read.data.event;
  const occurredMs = Date.parse(occurredAt);
  if (Number.isNaN(occurredMs)) return refuse("malformed", "the event has no time");
  if (occurredMs < options.nowMs - WINDOW_MS || occurredMs > options.nowMs + AHEAD_MS)
    return refuse("stale", "the event is more than two days old, or from the future");
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const threadKey = data.incident_key ?? "";
  if (kind === undefined || threadKey === "") return refuse("irrelevant", "the event asks for nothing here");
  const name = agent?.summary ?? undefined;
  return success({
    kind,
    subject: { by: "thread", threadKey },
    actor: { id: agent?.id ?? "pagerduty", ...(name === undefined ? {} : { name }) },
    callbackId: `pagerduty:${id}`,
    replayableUntilMs: occurredMs + WINDOW_MS,
  });
}
