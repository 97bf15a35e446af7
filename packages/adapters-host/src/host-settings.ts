import { PlimsollError } from "@plimsoll/core";
import { z } from "zod";

/** Text that must not be shown: plain, or an object that gives it up only when asked. */
export type SecretText = string | { reveal(): string };

const secret = z
  .union([
    z.string().min(1),
    z.custom<{ reveal(): string }>(
      (value) => typeof (value as { reveal?: unknown } | null | undefined)?.reveal === "function",
    ),
  ])
  .meta({ secret: true, description: "A secret.", expected: "a reference such as `${env:NAME}` or `${file:PATH}`" });

/** What a host's step runner is made from. */
export const hostSettingsSchema = z.strictObject({
  /** Sets of secret headers by name, and the only origins that each is sent to. */
  secretHeaders: z
    .record(z.string(), z.strictObject({ origins: z.array(z.url()).min(1), headers: z.record(z.string(), secret) }))
    .default({}),
  /** Whether runbooks may use a shell at all. */
  allowShell: z.boolean().default(false),
  /** Further texts that are taken out of whatever programs print. */
  redact: z.array(secret).default([]),
});

/** What a host's step runner is made from. */
export type HostSettings = z.input<typeof hostSettingsSchema>;

/** Settings that were checked. */
export type CheckedHostSettings = z.output<typeof hostSettingsSchema>;

/** Checks settings given in code. Throws a PlimsollError that names the fields and holds no value. */
export function readHostSettings(settings: HostSettings): CheckedHostSettings {
  const parsed = hostSettingsSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join(".") || "settings").join(", ");
  throw new PlimsollError({
    code: "host-settings-invalid",
    message: `The settings of the host's step runner do not fit: correct ${fields}.`,
    retryable: false,
  });
}

/** The text itself, for the wire alone. */
export function reveal(text: SecretText): string {
  return typeof text === "string" ? text : text.reveal();
}
