import type { LinkVerdict } from "@plimsoll/core";
import { sendRequest } from "./send-request.js";

/** A resolver answered that there is no such name; one that does not answer is EAI_AGAIN. */
const NO_SUCH_HOST = "ENOTFOUND";

/**
 * Makes a function that tries the links of runbooks: an answer of 404 or 410 is a dead one, and so is a host that does not
 * exist. Where the resolver or the host does not answer, it cannot be told.
 */
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
    if (end.kind === "unreachable") {
      if (end.code === NO_SUCH_HOST) return { kind: "dead", reason: "its host does not exist" };
      // What is not even an address is dead for good.
      if (!end.retryable) return { kind: "dead", reason: end.reason };
    }
    // Without a network no link can be tried.
    return { kind: "unknown", reason: end.reason };
  };
}
