import { isIP } from "node:net";
import type { LinkVerdict } from "@plimsoll/core";
import { sendRequest, type RequestEnd } from "./send-request.js";

/** There is no such name. Where there is no network at all, some resolvers say EAI_AGAIN, and macOS says this as well. */
const NO_SUCH_HOST = "ENOTFOUND";

/**
 * Makes a function that tries the links of runbooks: an answer of 404 or 410 is a dead one, and so is a host that does not
 * exist. Where the resolver or the host does not answer, it cannot be told; nor whether a host exists before another one
 * has been found by its name, among all that the function was asked to try by then.
 */
export function createLinkChecker(
  options: { readonly timeoutMs?: number } = {},
): (url: string) => Promise<LinkVerdict> {
  const timeoutMs = options.timeoutMs ?? 5_000;
  const underWay = new Set<Promise<RequestEnd>>();
  let hasFound = false;

  const tried = async (url: string): Promise<RequestEnd> => {
    const call = { method: "GET", url, headers: {}, status: [] } as const;
    const end = await sendRequest({ call, headers: {}, timeoutMs });
    hasFound ||= end.kind === "answered" && needsResolver(url);
    return end;
  };

  return async (url) => {
    const trial = tried(url);
    underWay.add(trial);
    const end = await trial;
    underWay.delete(trial);
    if (end.kind === "answered") {
      const gone = end.status === 404 || end.status === 410;
      return gone ? { kind: "dead", reason: `it answers ${end.status}` } : { kind: "alive" };
    }
    if (end.kind === "unreachable") {
      if (end.code === NO_SUCH_HOST) {
        await Promise.all(underWay);
        return hasFound
          ? { kind: "dead", reason: "its host does not exist" }
          : { kind: "unknown", reason: "its host was not found, nor was any other" };
      }
      // What is not even an address is dead for good.
      if (!end.retryable) return { kind: "dead", reason: end.reason };
    }
    // Without a network no link can be tried.
    return { kind: "unknown", reason: end.reason };
  };
}

/** An address of digits, and this machine, are found without a network too. */
function needsResolver(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  return isIP(host) === 0 && host !== "localhost" && !host.endsWith(".localhost");
}
