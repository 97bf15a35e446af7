import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createNumberReader, createNumberWriter } from "./packed-numbers.js";

function written(...columns: readonly Float64Array[]): Buffer {
  const writer = createNumberWriter(
    columns.reduce((sum, { length }) => sum + length, 0),
    columns.length,
  );
  for (const values of columns) writer.column(values);
  return Buffer.from(writer.take());
}

describe("packed numbers", () => {
  it("come back to the bit, whatever they are", () => {
    const wholes = fc.array(fc.maxSafeInteger(), { maxLength: 40 });
    const small = fc.array(fc.integer({ min: -130, max: 130 }), { maxLength: 40 });
    const column = fc
      .oneof(wholes, small, fc.array(fc.double(), { maxLength: 40 }))
      .map((one) => Float64Array.from(one));
    fc.assert(
      fc.property(column, column, (first, second) => {
        const reader = createNumberReader(written(first, second));
        expect([...reader.column(first.length)]).toEqual([...first]);
        expect([...reader.column(second.length)]).toEqual([...second]);
        reader.end();
      }),
    );
  });

  it("take a few bytes where all steps are equal, and one each where they are small", () => {
    expect(written(Float64Array.from({ length: 10_000 }, (_, index) => 7 + 15 * index)).length).toBe(3);
    expect(written(Float64Array.from({ length: 10_000 }, (_, index) => (index % 3) * 20)).length).toBe(10_001);
  });

  it("are read as SQL writes them: a form, and then each double, most significant byte first", () => {
    const bytes = Buffer.alloc(17);
    bytes[0] = 2;
    bytes.writeDoubleBE(1.5, 1);
    bytes.writeDoubleBE(-7, 9);
    expect([...createNumberReader(bytes).column(2)]).toEqual([1.5, -7]);
  });

  it("refuse bytes that end too early, that are too many, and an unknown form", () => {
    const bytes = written(Float64Array.of(300, 5, 9000));
    expect(() => createNumberReader(bytes.subarray(0, -1)).column(3)).toThrow("in the middle of a column");
    expect(() => createNumberReader(bytes).end()).toThrow("8 bytes too many");
    expect(() => createNumberReader(Buffer.of(9)).column(1)).toThrow("unknown form 9");
    expect(() => createNumberReader(written(Float64Array.of(0.5)).subarray(0, -1)).column(1)).toThrow("do not fit");
  });
});
