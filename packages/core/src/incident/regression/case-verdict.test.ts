import { describe, expect, it } from "vitest";
import { outcomeRouting } from "./case-verdict.js";

describe("the verdict of routing", () => {
  it("is by alert, of every rule once and without what passes, with whoever was told", () => {
    const first = [
      { atMs: 1, rule: "route-taken", routeId: "{}/a", receiver: "shop" },
      { atMs: 1, rule: "muted", receiver: "shop", interval: "nights" },
      { atMs: 1, rule: "silenced", silenceId: "s", author: "ann", reason: "r", endsAtMs: 9 },
      { atMs: 1, rule: "inhibited", name: "site", sourceKey: "k" },
      { atMs: 1, rule: "maintenance", windowId: "w", reason: "move", endsAtMs: 9 },
      { atMs: 1, rule: "grouped", groupId: "g", receiver: "shop", labels: { b: "2", a: "1" }, others: 3, dueAtMs: 4 },
    ];
    const later = [
      { atMs: 2, rule: "silenced", silenceId: "s", author: "ann", reason: "r", endsAtMs: 10 },
      { atMs: 2, rule: "deduplicated", sinceMs: 1 },
      { atMs: 3, rule: "notified", groupId: "g", receiver: "shop", why: "first" },
      { atMs: 4, rule: "nothing-new", groupId: "g", receiver: "shop", repeatAtMs: 9 },
      { atMs: 5, rule: "notified", groupId: "g", receiver: "shop", why: "repeat" },
    ];
    expect(
      outcomeRouting([
        { key: "b", trace: first },
        { key: "a", trace: "nothing that can be read" },
        { key: "c", trace: undefined },
        { key: "b", trace: later },
      ]),
    ).toEqual([
      { alert: "a", rules: [], told: [] },
      {
        alert: "b",
        rules: [
          "route-taken {}/a shop",
          "muted nights shop",
          "silenced s",
          "inhibited site k",
          "maintenance w",
          'grouped shop {a="1", b="2"}',
        ],
        told: ["shop"],
      },
      { alert: "c", rules: [], told: [] },
    ]);
  });
});
