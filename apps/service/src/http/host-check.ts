/** Decides whether a request's Host header names this service: the defence against DNS rebinding. */
export type HostCheck = (hostHeader: string | undefined) => boolean;

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Accepts loopback names, the host the service listens on, and those the configuration allows; the port is ignored. */
export function createHostCheck(allowed: readonly string[]): HostCheck {
  const names = new Set([...LOOPBACK, ...allowed.map((name) => name.toLowerCase())]);
  return (hostHeader) => {
    if (hostHeader === undefined) return false;
    const name = /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::\d{1,5})?$/i.exec(hostHeader)?.[1];
    return name !== undefined && names.has(name.toLowerCase());
  };
}
