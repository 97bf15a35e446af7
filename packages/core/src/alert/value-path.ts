import type { Json } from "../errors/json.js";
import { failure, success, type Result } from "../errors/result.js";

/** The way to a value inside JSON, step by step. */
export type ValuePath = readonly string[];

/**
 * Reads a way: a JSON pointer (RFC 6901) such as `/alert/tags/0`, or names with dots between such as `alert.tags.0`. A
 * name that holds a dot or a slash needs the pointer, where `~1` is a slash and `~0` a tilde.
 */
export function parseValuePath(text: string): Result<ValuePath, { readonly message: string }> {
  const pointer = text.startsWith("/");
  const steps = pointer ? text.slice(1).split("/") : text.split(".");
  const wrong = pointer ? steps.some((step) => /~(?![01])/.test(step)) : steps.includes("");
  if (!wrong) return success(pointer ? steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")) : steps);
  const message = `${JSON.stringify(text)} is no way to a value; write names with dots between, such as alert.tags.0, or a JSON pointer, such as /alert/tags/0`;
  return failure({ message });
}

/** Follows a way; undefined where it leads nowhere. Only what is in the JSON itself is found, never what objects inherit. */
export function valueAt(body: Json, path: ValuePath): Json | undefined {
  let value: Json | undefined = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    // An array has its indexes, and its length, which is no part of the JSON.
    if (Array.isArray(value) && step === "length") return undefined;
    value = (value as { readonly [name: string]: Json | undefined })[step];
  }
  return value;
}
