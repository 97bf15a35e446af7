import type { IncomingHttpHeaders } from "node:http";

/**
 * Tells whether a page of another site makes this request: the defence against what a browser sends on its own, a
 * simple POST, an image's GET, an event stream.
 *
 * Programs send neither header and are not concerned. A person who follows a link to the service is let through.
 */
export function isForeignPage(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  if (origin !== undefined && hostOf(origin) !== host?.toLowerCase()) return true;
  const site = headers["sec-fetch-site"];
  const foreign = site !== undefined && site !== "same-origin" && site !== "none";
  return foreign && headers["sec-fetch-mode"] !== "navigate";
}

/** An origin's host with its port; undefined for `null`, which sandboxed pages and files send, and for what is no origin. */
function hostOf(origin: string): string | undefined {
  const url = URL.parse(origin);
  return url === null || (url.protocol !== "http:" && url.protocol !== "https:") ? undefined : url.host;
}
