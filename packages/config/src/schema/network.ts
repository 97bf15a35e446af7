import { isIP } from "node:net";

const PREFIX_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whether a text is an IP address, or a network of them in CIDR notation; all addresses that there are is none. */
export function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = PREFIX_BITS[isIP(address)];
  if (bits === undefined || address.includes("%") || rest.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
}
