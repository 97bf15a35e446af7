import { describe, expect, it } from "vitest";
import { comparableName, isSamePerson, personOf } from "./principal.js";

describe("the person behind an actor", () => {
  it.each([
    ["ana", "ana"],
    ["  Ana Ruiz ", "Ana Ruiz"],
    ["AnaRuiz (token local)", "AnaRuiz"],
    ["Ana Ruiz (token )", "Ana Ruiz"],
    ["ana (ben (token ci))", "ana"],
    ["ana (token ben's (old) one)", "ana"],
    ["ana (token a) (token local)", "ana"],
    ["Ana (SRE) (token local)", "Ana (SRE)"],
    ["ana (ben lee (token ci))", "ana"],
    ["Ana (SRE) (Ben Lee (token ci))", "Ana (SRE)"],
    ["ana (token of (token ci))", "ana"],
    ["ana (ben) (lee (token ci))", "ana (ben)"],
    ["a\nb (token local)", "a\nb"],
  ])("of %j is %j", (actor, person) => {
    expect(personOf(actor)).toBe(person);
  });

  it.each([["(token local)"], ["ana(token local)"], ["ana (token local) there"], ["ana (tokens)"], ["ana (ben)"]])(
    "of %j is the whole of it, for that is no token's",
    (actor) => {
      expect(personOf(actor)).toBe(actor);
    },
  );

  it("is nobody where there is nobody", () => {
    expect(personOf("  (token local)")).toBe("(token local)");
    expect(personOf(" ")).toBe("");
  });

  it("is compared without regard to how the name is spelled", () => {
    expect(comparableName(" \uff21na ")).toBe("ana");
    expect(comparableName("ANA")).toBe("ana");
  });
});

describe("one person behind two actors", () => {
  it.each([
    ["ana", "ana"],
    ["Ana (token local)", "ana"],
    ["ana (token a)", "ANA (token b)"],
    ["ana (bot (token a))", "ana"],
    // Her own token lets nobody seem another.
    ["ben (ana (token a))", "ana"],
    ["ben (ana (token a))", "Ana (token local)"],
    ["carl (Ada (token ci))", "ada"],
    ["ana (ben lee (token ci))", "ben lee"],
    ["ana ( Ben Lee (token ci))", "ben lee"],
  ])("may be behind %j and %j", (one, other) => {
    expect(isSamePerson(one, other)).toBe(true);
    expect(isSamePerson(other, one)).toBe(true);
  });

  it.each([
    ["ana", "ben"],
    ["ana (token local)", "ben (token local)"],
    // One program may act for many.
    ["ana (bot (token a))", "ben (bot (token a))"],
    ["ana (ben lee (token ci))", "ben"],
    // What follows is the token's title, not its owner.
    ["ana (token of (token ci))", "token of"],
  ])("is not behind %j and %j", (one, other) => {
    expect(isSamePerson(one, other)).toBe(false);
    expect(isSamePerson(other, one)).toBe(false);
  });
});
