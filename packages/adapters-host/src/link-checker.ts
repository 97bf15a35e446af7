import type { LinkVerdict } from "@plimsoll/core";
import { sendRequest } from "./send-request.js";

/** Makes a function that tries the links of runbooks: an answer of 404 or 410 is a dead one, and so is a name that is not there. */
export function createLinkChecker(
  options: { readonly timeoutMs?: number } = {},
): (url: string) => Promise<LinkVerdict> {
  const timeoutMs = options.timeoutMs ?? 5_000;
  return async (url) => {
    const call = { method: "GET", url, headers: {}, status: [] } as const;
    const end = await sendRequest({ call, headers: {}, timeoutMs });
    if (end.kind === "answered") {
      const gone = end.status === 404 || end.status === 410;
      return gone ? { kind: "dead", reason: `it answers ${end.status}` } : { kind: "alive" };
    }
    // Without a network no link can be tried; one that is not an address is dead for good.
    return end.kind === "unreachable" && !end.retryable
      ? { kind: "dead", reason: end.reason }
      : { kind: "unknown", reason: end.reason };
  };
}
