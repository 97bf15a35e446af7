import { expect, it } from "vitest";
import { isNetwork } from "./network.js";

it.each(["10.0.0.1", "10.0.0.0/8", "10.0.0.0/32", "10.0.0.0/1", "::1", "fd00::/8", "fd00::/128"])(
  "%s is an address or a network",
  (text) => expect(isNetwork(text)).toBe(true),
);

it.each([
  "",
  "proxy.example.org",
  "10.0.0",
  "10.0.0.0/0",
  "::/0",
  "10.0.0.0/33",
  "fd00::/129",
  "10.0.0.0/",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/255.0.0.0",
  "fe80::1%eth0",
  "10.0.0.1, 10.0.0.2",
  "loopback",
])("%s is none", (text) => expect(isNetwork(text)).toBe(false));
