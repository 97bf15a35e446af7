import { z } from "zod";

/** Text that must not be shown: plain, or an object that gives it up only when asked. */
export type SecretText = string | { reveal(): string };

/** Text that may be or hold a secret; configuration hands over an object with `reveal` where a reference stands in it. */
export function maybeSecretText(description: string) {
  return z
    .union([z.string(), z.custom<{ reveal(): string }>(hasReveal)], { error: "Expected text." })
    .meta({ description, mayHoldSecret: true });
}

/** A secret in settings. Configuration lets it be written as a reference only and hands over an object with `reveal`. */
export function secretText(description: string) {
  return z
    .union([z.string().min(1, "It is empty."), z.custom<{ reveal(): string }>(hasReveal)], {
      error: "Expected a secret, written as `${env:NAME}` or `${file:PATH}`.",
    })
    .meta({ description, secret: true });
}

/** The secret itself, for the wire alone. */
export function reveal(secret: SecretText): string {
  return typeof secret === "string" ? secret : secret.reveal();
}

function hasReveal(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { reveal?: unknown }).reveal === "function";
}

const SHOWN_AS = "[secret]";
const SHORTEST_WORTH_HIDING = 4; // shorter ones would blank out ordinary words

/** Makes a function that takes every known secret out of a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter((secret) => secret.length >= SHORTEST_WORTH_HIDING)
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((shown, secret) => shown.replaceAll(secret, SHOWN_AS), text);
}

/** An address fit to be shown: no user, no password, no query, no fragment. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`;
}
