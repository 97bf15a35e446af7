import {
  parsePagerDutyWebhook,
  parseSlackInteraction,
  parseTelegramUpdate,
  type CallbackRefusal,
  type CallbackRequest,
  type ChannelAction,
} from "@plimsoll/adapters-notifiers";
import type { Result } from "@plimsoll/core";
import { z } from "zod";
import type { ActionDesk, ActionOutcome } from "../../callbacks/action-desk.js";
import type { CallbackChannel, CallbackSecrets } from "../../callbacks/callback-secrets.js";
import type { Api, RouteContext } from "../context.js";
import { HttpProblem } from "../problem.js";
import { carryOutOnce } from "./carry-out-once.js";

/** What callbacks of channels need; absent, no channel is listened to. */
export type CallbackContext = {
  readonly callbacks?: { readonly secrets: CallbackSecrets; readonly desk: ActionDesk };
};

type Parse = (request: CallbackRequest, secret: string, nowMs: number) => Result<ChannelAction, CallbackRefusal>;

const PARSERS: Readonly<Record<CallbackChannel, Parse>> = {
  slack: (request, signingSecret, nowMs) => parseSlackInteraction(request, { signingSecret, nowMs }),
  telegram: (request, secretToken, nowMs) => parseTelegramUpdate(request, { secretToken, nowMs }),
  pagerduty: (request, secret, nowMs) => parsePagerDutyWebhook(request, { secret, nowMs }),
};

/** Slack sends the whole message with its blocks along. */
const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * What people press in Slack, Telegram and PagerDuty. Each proves itself by its signature over the bytes that came, so
 * they need no token; register them in a scope of their own, as nothing may read the body before.
 */
export function callbackRoutes(api: Api, { callbacks, nowMs }: RouteContext & CallbackContext): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  if (callbacks === undefined) return;
  const { desk, secrets } = callbacks;
  const carryOut = carryOutOnce(desk, nowMs);
  for (const [channel, parse] of Object.entries(PARSERS) as [CallbackChannel, Parse][]) {
    const secret = secrets[channel];
    if (secret === undefined) continue;
    api.post(
      `/${channel}`,
      {
        bodyLimit: BODY_LIMIT_BYTES,
        config: { needs: "nothing" },
        schema: {
          summary: `What people press in ${channel}; it proves itself by the channel's own signature or secret`,
          response: { 200: z.looseObject({}).describe("what the channel expects, or what came of it") },
          tags: ["callbacks"],
        },
      },
      async (request) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const action = parse({ headers: request.headers, body }, secret, nowMs());
        if (!action.ok) return refusal(action.error);
        const outcome = await carryOut(channel, action.value);
        request.log.info({ channel, kind: action.value.kind, code: outcome.code, done: outcome.done }, "a callback");
        return channel === "telegram" ? telegramAnswer(action.value, outcome) : outcome;
      },
    );
  }
}

function refusal({ code, reason, status }: CallbackRefusal): { readonly done: false; readonly code: string } {
  if (status === 200) return { done: false, code };
  throw new HttpProblem(status, { code, message: `The callback is refused: ${reason}.` });
}

/** Telegram takes a method as the answer: it tells whoever pressed what came of it. */
function telegramAnswer({ callbackId }: ChannelAction, { message }: ActionOutcome) {
  return {
    method: "answerCallbackQuery",
    callback_query_id: callbackId.replace(/^telegram:/, ""),
    text: message.slice(0, 200),
  };
}
