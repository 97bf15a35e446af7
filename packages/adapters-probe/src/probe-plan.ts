import type { Clock } from "@plimsoll/core";
import type { z } from "zod";
import { diskAttempt } from "./disk-probe.js";
import { dnsAttempt } from "./dns-probe.js";
import { milliseconds } from "./duration-text.js";
import { httpAttempt } from "./http-probe.js";
import type { ProbeAttempt } from "./probe-outcome.js";
import type { ProbeQuery, probeSettingsSchema } from "./probe-query.js";
import { processAttempt } from "./process-probe.js";
import type { ProbePlan } from "./scheduled-probe.js";
import { tcpAttempt } from "./tcp-probe.js";
import { tlsAttempt } from "./tls-probe.js";

/** Works out when a probe runs. Its place in the interval comes from its query, so it is the same after every restart. */
export function probePlan(query: ProbeQuery, settings: z.output<typeof probeSettingsSchema>, clock: Clock): ProbePlan {
  const everyMs = milliseconds(query.every ?? settings.every);
  const timeoutMs = milliseconds(query.timeout ?? settings.timeout);
  return {
    attempt: attemptOf(query, timeoutMs, clock),
    everyMs,
    timeoutMs,
    phaseMs: Math.floor(hashRatio(JSON.stringify(query)) * settings.jitter * everyMs),
    retries: query.retries ?? settings.retries,
    retryAfterMs: milliseconds(query.retryAfter ?? settings.retryAfter),
  };
}

function attemptOf(query: ProbeQuery, timeoutMs: number, clock: Clock): ProbeAttempt {
  switch (query.probe) {
    case "http":
      return httpAttempt(query);
    case "tcp":
      return tcpAttempt(query);
    case "tls":
      return tlsAttempt(query, clock);
    case "dns":
      return dnsAttempt(query, timeoutMs);
    case "disk":
      return diskAttempt(query);
    case "process":
      return processAttempt(query);
  }
}

/** A number from 0 to below 1 that spreads evenly over texts: FNV-1a with a final mix. */
export function hashRatio(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
