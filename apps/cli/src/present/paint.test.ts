import { expect, it } from "vitest";
import { plain } from "./paint.js";

it("a text from elsewhere is one line that steers no terminal and reads as nothing else", () => {
  expect(plain("a\nb\u001b[31mc\u009bd")).toBe("a b [31mc d");
  expect(plain("pay\u202estnem\u2066x\u2028y\u200f")).toBe("pay stnem x y ");
  expect(plain("größe 東京 \u{1f6a2}")).toBe("größe 東京 \u{1f6a2}");
});
