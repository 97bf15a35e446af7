import type { Notification, NotificationAction } from "@plimsoll/core";

const CONTROL = /(?![\t\n])\p{Cc}/gu;
/** Marks that turn the direction of what follows, so that a name reads as another one. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const TOKEN = /^[A-Za-z0-9._~-]{1,60}$/;

/** Takes out what is no text: control characters but tab and line feed, marks that turn its direction, and halves of characters. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROL, "").replace(DIRECTION, "").replace(LONE_SURROGATE, "\ufffd");
}

/** A text on one line, for titles and names. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, " ").trim();
}

/** Escapes a text and cuts it between characters, so that what is sent is never longer than a limit. */
export function fitText(
  text: string,
  limit: number,
  escape: (character: string) => string = (character) => character,
): string {
  let fitted = "";
  let cutAt = 0;
  for (const character of cleanText(text)) {
    const escaped = escape(character);
    if (fitted.length + escaped.length > limit) return `${fitted.slice(0, cutAt)}…`;
    fitted += escaped;
    if (fitted.length < limit) cutAt = fitted.length;
  }
  return fitted;
}

/** Escapes the three characters that Slack and Telegram's HTML give a meaning. */
export function escapeMarkup(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    default:
      return character;
  }
}

/** The actions whose tokens are tokens; others would be refused, or carry something else along. */
export function usableActions({ actions = [] }: Notification): readonly NotificationAction[] {
  return actions.filter(({ token }) => TOKEN.test(token));
}

/** What a button says. */
export const ACTION_WORDS: Readonly<Record<NotificationAction["kind"], string>> = {
  acknowledge: "Acknowledge",
  escalate: "Escalate",
  resolve: "Resolve",
};

/** How what a message tells of stands, in words: `firing, SEV1, 2026-11-21 03:00 UTC`; empty where nothing is known. */
export function standing({ atMs, severity, status }: Notification): string {
  const when = atMs === undefined || Number.isNaN(new Date(atMs).getTime()) ? undefined : new Date(atMs).toISOString();
  const at = when === undefined ? undefined : `${when.slice(0, 10)} ${when.slice(11, 16)} UTC`;
  return [status, severity, at].filter((part) => part !== undefined).join(", ");
}
