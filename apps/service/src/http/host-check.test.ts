import { describe, expect, it } from "vitest";
import { createHostCheck, isLoopback } from "./host-check.js";

const check = createHostCheck({ host: "fd00::1", allowed: ["Plimsoll.Example"] });

describe("the check of the Host header", () => {
  it.each([
    ["localhost"],
    ["LOCALHOST:4700"],
    ["127.0.0.1:4700"],
    ["[::1]:4700"],
    ["[fd00::1]:4700"],
    ["plimsoll.example"],
    ["plimsoll.example:443"],
  ])("accepts %s", (host) => expect(check(host)).toBe(true));

  it.each([
    [undefined],
    [""],
    ["evil.example"],
    ["localhost."],
    ["localhost.evil.example"],
    ["evil.example:localhost"],
    ["user@localhost"],
    ["localhost@evil.example"],
    ["localhost/../evil"],
    ["localhost, evil.example"],
    ["localhost:4700:1"],
    ["::1"],
    ["[::1"],
    ["fd00::1"],
    ["192.168.1.5"],
    ["0.0.0.0"],
    ["localhost\u0000"],
    ["2130706433"],
  ])("refuses %j", (host) => expect(check(host)).toBe(false));

  it("accepts literal addresses, which can not be rebound, only where the service listens on all", () => {
    const everywhere = createHostCheck({ host: "::", allowed: [] });
    expect(everywhere("192.168.1.5:80")).toBe(true);
    expect(everywhere("[fd00::9]")).toBe(true);
    expect(everywhere("2130706433")).toBe(false);
    expect(everywhere("evil.example")).toBe(false);
  });
});

describe("loopback", () => {
  it.each([["127.0.0.1"], ["127.1.2.3"], ["::1"], ["localhost"]])("is %s", (host) =>
    expect(isLoopback(host)).toBe(true),
  );
  it.each([["0.0.0.0"], ["::"], ["192.168.1.5"], ["127.evil.example"], [""]])("is not %j", (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});
