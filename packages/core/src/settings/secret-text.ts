import { z } from "zod";

/** Text that must not be shown: plain, or an object that gives it up only when asked. */
export type SecretText = string | { reveal(): string };

/** A secret in settings. Configuration lets it be written as a reference only and hands over an object with `reveal`. */
export function secretText(description: string) {
  return z
    .union([z.string().min(1, "It is empty."), z.custom<{ reveal(): string }>(hasReveal)], {
      error: "Expected a secret, written as `${env:NAME}` or `${file:PATH}`.",
    })
    .meta({ description, secret: true });
}

/** Text that may be or hold a secret; configuration hands over an object with `reveal` where a reference stands in it. */
export function maybeSecretText(description: string) {
  return z
    .union([z.string(), z.custom<{ reveal(): string }>(hasReveal)], { error: "Expected text." })
    .meta({ description, mayHoldSecret: true });
}

/** The secret itself, for the wire alone. */
export function revealSecret(secret: SecretText): string {
  return typeof secret === "string" ? secret : secret.reveal();
}

function hasReveal(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { reveal?: unknown }).reveal === "function";
}
