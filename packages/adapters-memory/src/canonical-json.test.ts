import type { Json } from "@plimsoll/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canonicalJson } from "./canonical-json.js";

describe("canonical JSON", () => {
  it("is JSON: what it writes reads back as the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("writes one text for one value, whatever the order of its members", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (members) => {
        const backwards = Object.fromEntries(Object.entries(members).toReversed());
        expect(canonicalJson(backwards)).toBe(canonicalJson(members));
      }),
    );
  });

  it("sorts by code unit and writes no white space", () => {
    expect(canonicalJson({ b: [1, { d: null, c: undefined }], B: true, a: "é" })).toBe(
      '{"B":true,"a":"é","b":[1,{"d":null}]}',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %s, which has no form in JSON", (value) => {
    expect(() => canonicalJson({ value })).toThrow(/no form in JSON/u);
  });
});
