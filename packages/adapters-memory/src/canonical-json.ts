import { PlimsollError, type Json } from "@plimsoll/core";

/**
 * Writes JSON in the one form that is hashed: members sorted by code unit, no white space, members that are undefined left
 * out. Numbers and strings are as ECMAScript writes them (as in RFC 8785).
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json | undefined) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return canonicalObject(value as { readonly [key: string]: Json | undefined });
  if (typeof value === "number" && !Number.isFinite(value)) throw notJson(value);
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw notJson(value);
  return text;
}

function canonicalObject(value: { readonly [key: string]: Json | undefined }): string {
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

function notJson(value: unknown): PlimsollError<"not-json"> {
  return new PlimsollError({
    code: "not-json",
    message: `${String(value)} has no form in JSON: a digest takes strings, finite numbers, booleans, null, lists and plain objects.`,
    retryable: false,
  });
}
