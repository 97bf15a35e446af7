import { durationText, maybeSecretText, secretText } from "@plimsoll/core";
import { z } from "zod";

const path = (description: string) => z.string().min(1, "It is empty.").meta({ description, relativeToFile: true });

/** How to speak to a server over TLS. */
export const tlsSettingsSchema = z
  .strictObject({
    ca: path("A file with the certificates to trust, in PEM.").optional(),
    cert: path("A file with the client certificate, in PEM.").optional(),
    key: path("A file with the client certificate's key, in PEM.").optional(),
    serverName: z.string().min(1).meta({ description: "The name to expect in the certificate." }).optional(),
    insecureSkipVerify: z.boolean().meta({ description: "Take any certificate." }).default(false),
  })
  .meta({ description: "TLS options for https addresses." });

/** An address of http or https. */
export const httpUrl = (description: string) =>
  z
    .string({ error: "Expected an address such as `http://127.0.0.1:9090`." })
    .refine(isHttpUrl, { error: "Expected an address of http or https, such as `http://127.0.0.1:9090`." })
    .meta({ description });

/** The settings that every source over HTTP shares. */
export const httpSettingsShape = {
  headers: z
    .record(z.string(), maybeSecretText("A header's value."))
    .meta({ description: "Headers to send with every request; never shown." })
    .optional(),
  secretHeaders: z
    .record(z.string(), secretText("A header's value."))
    .meta({ description: "Headers whose values are secrets." })
    .optional(),
  bearerToken: secretText("Sent as `Authorization: Bearer …`.").optional(),
  basicAuth: z
    .strictObject({ username: z.string().min(1), password: secretText("The password.") })
    .meta({ description: "Sent as `Authorization: Basic …`." })
    .optional(),
  tls: tlsSettingsSchema.optional(),
  timeout: durationText("How long one request may take.", "10s").default("10s"),
  connections: z
    .number()
    .int("It is not a whole number.")
    .min(1)
    .max(256)
    .meta({ description: "Connections kept open to a server; further requests wait." })
    .default(8),
  maxResponseBytes: z
    .number()
    .int("It is not a whole number.")
    .min(1_024)
    .meta({ description: "A longer answer is refused." })
    .default(256 * 1_024 * 1_024),
} as const;

/** The part of a source's settings that `createHttpClient` uses. */
export type HttpSettings = z.output<z.ZodObject<typeof httpSettingsShape>>;

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === "http:" || protocol === "https:";
}
