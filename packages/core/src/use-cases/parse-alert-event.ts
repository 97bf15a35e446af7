import { z } from "zod";
import type { AlertEvent } from "../alert/alert.js";
import { failure, success, type Result } from "../errors/result.js";
import { alertFactsSchema } from "../incident/alert-facts-schema.js";
import type { StoredEvent } from "../ports/event-store.js";

const plainTypes = [
  "alert.fired",
  "alert.escalated",
  "alert.eased",
  "alert.resolved",
  "alert.frozen",
  "alert.thawed",
  "alert.unsuppressed",
] as const;

const suppressedSchema = z.object({ suppressedBy: z.string() });

/** Reads an alert's event back from the store; what is none is an error that names its place. */
export function parseAlertEvent(stored: StoredEvent): Result<AlertEvent, { readonly message: string }> {
  const place = `${stored.stream}, version ${stored.version}`;
  const facts = alertFactsSchema.safeParse(stored.data);
  if (!facts.success) return failure({ message: `${place}: not an alert's facts: ${z.prettifyError(facts.error)}` });
  const plain = plainTypes.find((type) => type === stored.type);
  if (plain !== undefined) return success({ type: plain, data: facts.data });
  const held = suppressedSchema.safeParse(stored.data);
  if (stored.type === "alert.suppressed" && held.success) {
    return success({ type: "alert.suppressed", data: { ...facts.data, suppressedBy: held.data.suppressedBy } });
  }
  return failure({ message: `${place}: the type ${JSON.stringify(stored.type)} is not an alert event's` });
}
