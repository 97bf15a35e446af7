import { isIP } from "node:net";

/** Decides whether a request's Host header names this service: the defence against DNS rebinding. */
export type HostCheck = (hostHeader: string | undefined) => boolean;

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const ANY_ADDRESS = new Set(["0.0.0.0", "[::]"]);
const HOST = /^(?<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i;

/**
 * Accepts loopback names, the host that the service listens on, and those that the configuration allows. The port is
 * ignored: a tunnel may have another, and it gives an attacker nothing.
 *
 * A service that listens on every address is reached by whichever the machine has; a literal address can not be rebound,
 * so each is accepted there.
 */
export function createHostCheck({
  host,
  allowed,
}: {
  readonly host: string;
  readonly allowed: readonly string[];
}): HostCheck {
  const names = new Set([...LOOPBACK, ...[host, ...allowed].map(inHeader)]);
  const anyAddress = ANY_ADDRESS.has(inHeader(host));
  return (hostHeader) => {
    const name = HOST.exec(hostHeader ?? "")?.groups?.["name"]?.toLowerCase();
    if (name === undefined) return false;
    return names.has(name) || (anyAddress && isIP(name.replaceAll(/[[\]]/g, "")) !== 0);
  };
}

/** Whether only programs on this machine can reach a service that listens on this host. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** A name as the Host header has it: an IPv6 address stands in brackets. */
function inHeader(name: string): string {
  const lower = name.toLowerCase();
  return isIP(lower) === 6 ? `[${lower}]` : lower;
}
