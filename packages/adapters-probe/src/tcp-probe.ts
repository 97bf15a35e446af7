import { durationTextMs } from "@plimsoll/core";
import { connect } from "node:net";
import { outcomeOfError, type ProbeAttempt, type ProbeOutcome } from "./probe-outcome.js";
import type { TcpProbeQuery } from "./probe-query.js";

/** Makes an attempt that opens a TCP connection and closes it. */
export function tcpAttempt({ host, port, maxLatency }: TcpProbeQuery): ProbeAttempt {
  const limitMs = maxLatency === undefined ? Infinity : durationTextMs(maxLatency);
  return (signal) =>
    new Promise<ProbeOutcome>((resolve) => {
      const startMs = performance.now();
      const socket = connect({ host, port, signal });
      socket.once("error", (error) => resolve(outcomeOfError(error)));
      socket.once("connect", () => {
        const value = performance.now() - startMs;
        socket.destroy();
        resolve(
          value > limitMs
            ? { kind: "bad", reason: `the connection took ${Math.round(value)} ms, over ${limitMs} ms`, value }
            : { kind: "good", value },
        );
      });
    });
}
