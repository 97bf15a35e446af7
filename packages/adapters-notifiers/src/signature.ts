import { createHmac, timingSafeEqual } from "node:crypto";

/** The HMAC-SHA256 of a text in hexadecimal. */
export function hmacHex(secret: string, text: string | Uint8Array): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Compares texts in a time that does not tell how much of them is the same. */
export function isSameText(given: string, expected: string): boolean {
  // Digests of both are compared, as they have one length whatever was given.
  const key = "plimsoll";
  return timingSafeEqual(Buffer.from(hmacHex(key, given)), Buffer.from(hmacHex(key, expected)));
}
