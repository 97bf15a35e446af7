import { connect as connectSocket } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";
import type { Clock } from "@plimsoll/core";
import { isIP } from "node:net";
import { outcomeOfError, type ProbeAttempt, type ProbeOutcome } from "./probe-outcome.js";
import type { TlsProbeQuery } from "./probe-query.js";
import { trustOptions } from "./tls-trust.js";

const HTTPS_PORT = 443;
const MIN_DAYS_LEFT = 14;
const DAY_MS = 86_400_000;

/** Makes an attempt that shakes hands and looks at how long the certificates are valid yet. */
export function tlsAttempt(query: TlsProbeQuery, clock: Clock): ProbeAttempt {
  const { host, port = HTTPS_PORT, serverName = host, minDaysLeft = MIN_DAYS_LEFT } = query;
  const trust = trustOptions(query);
  return (signal) =>
    new Promise<ProbeOutcome>((resolve) => {
      const socket = connectSocket({ host, port, signal });
      const failed = (error: unknown) => {
        socket.destroy();
        resolve(outcomeOfError(error));
      };
      socket.once("error", failed);
      const name = isIP(serverName) === 0 ? { servername: serverName } : { host: serverName };
      // Handshakes with whatever comes, so that an expired certificate is told from a distrusted one.
      const tls = connect({ socket, ...name, ...trust, rejectUnauthorized: false });
      tls.once("error", failed);
      tls.once("secureConnect", () => {
        const chain = chainOf(tls.getPeerCertificate(true));
        const { authorized } = tls;
        const why = String(tls.authorizationError ?? "");
        tls.destroy();
        socket.destroy(); // the one under it does not close by itself
        const value = daysLeft(chain, clock.now().toMillis());
        if (value < minDaysLeft)
          resolve({
            kind: "bad",
            reason: `the certificate is valid for ${value.toFixed(1)} more days, under ${minDaysLeft}`,
            value,
          });
        else if (trust.rejectUnauthorized && !authorized)
          resolve({ kind: "bad", reason: `the certificate is not trusted: ${why}`, value });
        else resolve({ kind: "good", value });
      });
    });
}

/** The certificates that the server is answerable for: from its own up to, but without, the root. */
function chainOf(leaf: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = [leaf];
  for (let one = leaf; one.issuerCertificate !== undefined && one.issuerCertificate !== one;) {
    one = one.issuerCertificate;
    const isRoot = one.issuerCertificate === undefined || one.issuerCertificate === one;
    if (isRoot || chain.includes(one)) break;
    chain.push(one);
  }
  return chain;
}

function daysLeft(chain: readonly DetailedPeerCertificate[], nowMs: number): number {
  return Math.min(...chain.map(({ valid_to: until }) => (Date.parse(until) - nowMs) / DAY_MS));
}
