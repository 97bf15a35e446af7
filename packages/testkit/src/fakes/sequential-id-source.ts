import type { IdSource } from "@plimsoll/core";

const DIGITS = 10; // enough that ids sort as text for ten thousand million of them

/** Makes ids that count up and sort as text: `event-0000000001`, `event-0000000002`. */
export function createSequentialIdSource(prefix = "id"): IdSource {
  let count = 0;
  return {
    next() {
      count += 1;
      return `${prefix}-${String(count).padStart(DIGITS, "0")}`;
    },
  };
}
