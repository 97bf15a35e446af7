import { expect, test } from "vitest";
import { isWebAddress } from "./slo-links.js";

test("only web addresses become links", () => {
  expect(
    ["https://a.example/b", "HTTP://a.example", "javascript:alert(1)", "wiki/page", "https://"].map(isWebAddress),
  ).toEqual([true, true, false, false, false]);
});
