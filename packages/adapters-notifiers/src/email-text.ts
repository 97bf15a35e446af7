import type { Notification } from "@plimsoll/core";
import {
  ACTION_WORDS,
  cleanText,
  escapeMarkup,
  fitText,
  oneLine,
  standing,
  usableActions,
} from "./notification-text.js";
import { httpUrl } from "./secret-text.js";

const SUBJECT_LIMIT = 200;
const TEXT_LIMIT = 20_000;
const FIELD_LIMIT = 1_000;
const FIELDS_SHOWN = 100;

const MARKS: Readonly<Record<Notification["urgency"], string>> = { page: "PAGE", ticket: "TICKET", info: "INFO" };

/** The subject: one line. A thread's messages have one subject but for its mark, so that they stay together. */
export function emailSubject({ status, title, urgency }: Notification): string {
  const mark = status === "resolved" ? "RESOLVED" : MARKS[urgency];
  return `[${mark}] ${fitText(oneLine(title) || "Plimsoll", SUBJECT_LIMIT)}`;
}

/** The message as plain text. */
export function emailText(notification: Notification): string {
  const { fields, text, title } = notification;
  const shown = fields.slice(0, FIELDS_SHOWN);
  const left = fields.length - shown.length;
  const parts = [
    fitText(oneLine(title), SUBJECT_LIMIT),
    fitText(text.trim(), TEXT_LIMIT),
    [
      ...shown.map(
        ({ name, value }) => `${fitText(oneLine(name), FIELD_LIMIT)}: ${fitText(oneLine(value), FIELD_LIMIT)}`,
      ),
      ...(left > 0 ? [`and ${left} more`] : []),
    ].join("\n"),
    standing(notification),
    linksOf(notification)
      .map(({ href, words }) => `${words}: ${href}`)
      .join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The message as HTML that has no script, no picture and no style from elsewhere. */
export function emailHtml(notification: Notification): string {
  const { fields, status, text, title, urgency } = notification;
  const shown = fields.slice(0, FIELDS_SHOWN);
  const left = fields.length - shown.length;
  const color = status === "resolved" ? "#1a7f37" : urgency === "page" ? "#b3261e" : "#4a4a4a";
  const rows = shown.map(
    ({ name, value }) =>
      `<tr><th align="left" style="padding:2px 12px 2px 0">${htmlText(oneLine(name), FIELD_LIMIT)}</th><td>${htmlText(value, FIELD_LIMIT)}</td></tr>`,
  );
  const links = linksOf(notification).map(
    ({ href, words }) => `<a href="${htmlText(href, href.length * 6)}">${words}</a>`,
  );
  return [
    `<!doctype html><html><body style="font-family:sans-serif">`,
    `<h2 style="color:${color}">${htmlText(oneLine(title), SUBJECT_LIMIT)}</h2>`,
    text.trim() === "" ? "" : `<p style="white-space:pre-wrap">${htmlText(text.trim(), TEXT_LIMIT)}</p>`,
    rows.length === 0 ? "" : `<table>${rows.join("")}</table>`,
    left > 0 ? `<p>and ${left} more</p>` : "",
    standing(notification) === ""
      ? ""
      : `<p style="color:#4a4a4a">${htmlText(standing(notification), FIELD_LIMIT)}</p>`,
    links.length === 0 ? "" : `<p>${links.join(" &middot; ")}</p>`,
    `</body></html>`,
  ].join("");
}

function htmlText(text: string, limit: number): string {
  return fitText(cleanText(text), limit, (character) => {
    if (character === '"') return "&quot;";
    return character === "'" ? "&#39;" : escapeMarkup(character);
  });
}

function linksOf(notification: Notification): readonly { readonly href: string; readonly words: string }[] {
  const link = (words: string, address: string | undefined) => {
    const href = address === undefined ? undefined : httpUrl(address)?.href;
    return href === undefined ? [] : [{ href, words }];
  };
  return [
    ...link("Open", notification.url),
    ...usableActions(notification).flatMap(({ kind, url }) => link(ACTION_WORDS[kind], url)),
  ];
}
