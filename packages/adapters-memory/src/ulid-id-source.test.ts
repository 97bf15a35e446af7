import { createManualClock } from "@plimsoll/testkit";
import { describe, expect, it } from "vitest";

import { createUlidIdSource } from "./ulid-id-source.js";

describe("a ULID source", () => {
  it("writes time and random bits as the specification does", () => {
    // The specification's own example of a time: 1469918176385 ms is 01ARYZ6S41.
    const clock = createManualClock("2016-07-30T22:36:16.385Z");
    expect(createUlidIdSource({ clock, random: (bytes) => new Uint8Array(bytes) }).next()).toBe(
      "01ARYZ6S410000000000000000",
    );
  });

  it("goes on into the next millisecond when the random bits of one are used up", () => {
    const clock = createManualClock("2016-07-30T22:36:16.385Z");
    const fills = [255, 0];
    const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(fills.shift() ?? 0);
    const ids = createUlidIdSource({ clock, random });
    expect([ids.next(), ids.next(), ids.next()]).toEqual([
      "01ARYZ6S41ZZZZZZZZZZZZZZZZ",
      "01ARYZ6S420000000000000000",
      "01ARYZ6S420000000000000001",
    ]);
  });
});
