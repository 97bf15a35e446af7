import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLabels, labelFingerprint, labelOf, type Labels } from "./labels.js";

// FNV-1a as its specification writes it, over bytes that the test is given.
function fnv(bytes: readonly number[]): string {
  const hash = bytes.reduce(
    (sum, byte) => ((sum ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn,
    0xcbf29ce484222325n,
  );
  return hash.toString(16).padStart(16, "0");
}

// UTF-8 by percent-encoding, which every engine has.
function bytesOf(text: string): readonly number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|(.)/g)].map(([, coded, plain = ""]) =>
    coded === undefined ? plain.charCodeAt(0) : parseInt(coded, 16),
  );
}

describe("the fingerprint of labels", () => {
  it("is FNV-1a over names and values in the order of their bytes", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 6 });
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 5 }), (labels) => {
        const pairs = Object.entries(labels).map(([name, value]) => [bytesOf(name), bytesOf(value)] as const);
        const inOrder = pairs.toSorted(([a], [b]) => {
          const at = a.findIndex((byte, index) => byte !== b[index]);
          return at === -1 ? a.length - b.length : (a[at] ?? -1) - (b[at] ?? -1);
        });
        expect(labelFingerprint(labels)).toBe(fnv(inOrder.flatMap(([name, value]) => [...name, 0xff, ...value, 0xff])));
      }),
      { numRuns: 500 },
    );
  });

  it("is the same in whatever order labels come, and the basis for none", () => {
    expect(labelFingerprint({ a: "1", b: "2" })).toBe(labelFingerprint({ b: "2", a: "1" }));
    expect(labelFingerprint({})).toBe("cbf29ce484222325");
  });

  it("puts names beyond the basic plane last, and one that begins another first", () => {
    const order = (labels: Labels) => formatLabels(labels);
    expect(order({ "\u{10000}": "1", "\uffff": "2", ab: "3", a: "4", abc: "5" })).toBe(
      '{a="4", ab="3", abc="5", \uffff="2", \u{10000}="1"}',
    );
    expect(order({ a: "4", ab: "3" })).toBe('{a="4", ab="3"}');
  });

  it("reads half of a surrogate pair as what stands for it", () => {
    expect(labelFingerprint({ a: "\ud800" })).toBe(labelFingerprint({ a: "\ufffd" }));
    expect(labelFingerprint({ a: "\udfff" })).toBe(labelFingerprint({ a: "\ufffd" }));
    expect(labelFingerprint({ a: "\ud7ff\ue000\u07ff\u0800\u007f\u0080\uffff\u{10000}" })).toBe(
      fnv([0x61, 0xff, ...bytesOf("\ud7ff\ue000\u07ff\u0800\u007f\u0080\uffff\u{10000}"), 0xff]),
    );
  });
});

describe("a label", () => {
  it("that is not there is empty, also where every object has something of that name", () => {
    expect([labelOf({ a: "1" }, "a"), labelOf({ a: "1" }, "b"), labelOf({}, "constructor")]).toEqual(["1", "", ""]);
  });
});
