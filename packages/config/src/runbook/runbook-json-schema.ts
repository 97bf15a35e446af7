import { z } from "zod";
import { runbookFileSchema } from "./runbook-schema.js";

/** Makes the JSON Schema (2020-12) of the files in `runbooks/`, for editors. */
export function runbookJsonSchema(): { readonly [key: string]: unknown } {
  return z.toJSONSchema(runbookFileSchema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      delete (jsonSchema as { expected?: unknown }).expected;
    },
  });
}
