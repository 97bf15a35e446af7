import { z } from "zod";

/** Text that must not be shown: plain, or an object that gives it up only when asked. */
export type SecretText = string | { reveal(): string };

const holder = z.custom<{ reveal(): string }>(
  (value) => typeof (value as { reveal?: unknown } | null | undefined)?.reveal === "function",
);

/** A secret in settings; configuration lets it be written as a reference only. */
export function secretText(description: string) {
  return z
    .union([z.string().min(1, "It is empty."), holder])
    .meta({ description, secret: true, expected: "a reference such as `${env:NAME}` or `${file:PATH}`" });
}

/** Text that may hold a secret, such as an address with a token in it: plain, or a reference. */
export function guardedText(description: string, expected: string) {
  return z.union([z.string().min(1, "It is empty."), holder]).meta({ description, expected, mayHoldSecret: true });
}

/** The text itself, for the wire alone. */
export function reveal(text: SecretText): string {
  return typeof text === "string" ? text : text.reveal();
}

/** An address of http or https; undefined when a text is none. */
export function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.protocol === "https:" || url.protocol === "http:") ? url : undefined;
}

const SHOWN_AS = "[secret]";
/** Shorter parts are words such as `api` or `v1`, and not secrets. */
const SHORTEST_PART = 6;

/** Makes a function that takes secrets out of a text, whole and in the parts that an address has. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), ...urlParts(secret)]) {
      if (form.length > 0) forms.add(form);
    }
  }
  const longestFirst = [...forms].sort((left, right) => right.length - left.length);
  return (text) => longestFirst.reduce((shown, form) => shown.replaceAll(form, SHOWN_AS), text);
}

function urlParts(text: string): readonly string[] {
  const url = httpUrl(text);
  if (url === undefined) return [];
  const values = [...url.searchParams.values(), url.username, url.password, ...url.pathname.split("/")];
  return [`${url.pathname}${url.search}`, ...values].filter((part) => part.length >= SHORTEST_PART);
}
