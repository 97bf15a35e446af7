import { randomBytes } from "node:crypto";

import type { Clock, IdSource } from "@plimsoll/core";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32: sorts as its values do
const TIME_CHARACTERS = 10; // 48 bits of milliseconds, enough until the year 10889
const RANDOM_BYTES = 10; // 80 bits

/** What an id source reads. */
export type UlidIdSourceSettings = {
  readonly clock: Clock;
  /** Gives that many random bytes; the machine's own by default. */
  readonly random?: (bytes: number) => Uint8Array;
};

/**
 * Makes ULIDs (https://github.com/ulid/spec, monotonic form): 26 characters, 48 bits of time and 80 random ones. Ids of one
 * millisecond count up from a random start, so they sort in the order in which one source made them.
 */
export function createUlidIdSource({ clock, random = randomBytes }: UlidIdSourceSettings): IdSource {
  let latestMs = -1;
  let tail = new Uint8Array(RANDOM_BYTES);
  return {
    next() {
      const nowMs = clock.now().toMillis();
      if (nowMs > latestMs) {
        latestMs = nowMs;
        tail = Uint8Array.from(random(RANDOM_BYTES));
      } else if (!increment(tail)) {
        // All 80 bits are used up in one millisecond: borrow from the next.
        latestMs += 1;
        tail = Uint8Array.from(random(RANDOM_BYTES));
      }
      return encodeTime(latestMs) + encodeBytes(tail);
    },
  };
}

function increment(bytes: Uint8Array): boolean {
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    const next = ((bytes[index] ?? 0) + 1) % 256;
    bytes[index] = next;
    if (next !== 0) return true;
  }
  return false;
}

function encodeTime(ms: number): string {
  let text = "";
  for (let rest = ms; text.length < TIME_CHARACTERS; rest = Math.floor(rest / 32))
    text = ALPHABET.charAt(rest % 32) + text;
  return text;
}

function encodeBytes(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((value >> (bits - 5)) & 31);
    value &= (1 << bits) - 1;
  }
  return text;
}
