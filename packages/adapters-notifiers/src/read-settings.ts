import { PlimsollError } from "@plimsoll/core";
import { z } from "zod";

/** How long one attempt may take; every notifier that has a provider takes it. */
export const timeoutMsSetting = z
  .number()
  .int()
  .min(1)
  .max(60_000)
  .meta({ description: "Milliseconds until an attempt is given up." })
  .default(10_000);

/** Checks settings given in code. Throws a PlimsollError that names the fields and holds no value. */
export function readSettings<Value>(what: string, schema: z.ZodType<Value>, settings: unknown): Value {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => {
    const unknown =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `unknown key ${key}`).join(", ")
        : "missing or not valid";
    return `${issue.path.map(String).join(".") || "settings"}: ${unknown}`;
  });
  throw new PlimsollError({
    code: "notifier-settings-invalid",
    message: `The settings of the ${what} notifier do not fit (${fields.join("; ")}): correct these fields`,
    retryable: false,
  });
}
