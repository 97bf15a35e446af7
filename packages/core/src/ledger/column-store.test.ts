import { describe, expect, it } from "vitest";
import { ColumnStore } from "./column-store.js";

describe("ColumnStore", () => {
  it("starts small, doubles up to a block, and adds blocks from there", () => {
    const store = new ColumnStore(3);
    const widths = (columns: number): readonly number[] => {
      store.reserve(columns);
      return store.blocks.map(({ width }) => width);
    };
    expect(widths(1)).toEqual([16]);
    expect(widths(16)).toEqual([16]);
    expect(widths(17)).toEqual([32]);
    expect(widths(512)).toEqual([512]);
    expect(widths(513)).toEqual([512, 16]);
    expect(widths(1_600)).toEqual([512, 512, 512, 64]);
    expect(store.capacity).toBe(1_600);
  });

  it("says which column it has no room for", () => {
    expect(() => new ColumnStore(3).blockOf(4)).toThrow("column 4 was never added");
  });
});
