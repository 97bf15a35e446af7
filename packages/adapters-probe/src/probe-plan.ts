import { durationTextMs, revealSecret, PlimsollError, type Clock } from "@plimsoll/core";
import type { z } from "zod";
import { diskAttempt } from "./disk-probe.js";
import { dnsAttempt } from "./dns-probe.js";
import { httpAttempt } from "./http-probe.js";
import type { ProbeAttempt } from "./probe-outcome.js";
import type { HttpProbeQuery, ProbeQuery, probeSettingsSchema } from "./probe-query.js";
import { processAttempt } from "./process-probe.js";
import type { ProbePlan } from "./scheduled-probe.js";
import { tcpAttempt } from "./tcp-probe.js";
import { tlsAttempt } from "./tls-probe.js";

/** Works out when a probe runs. Its place in the interval comes from its query, so it is the same after every restart. */
export function probePlan(query: ProbeQuery, settings: Settings, clock: Clock): ProbePlan {
  const everyMs = durationTextMs(query.every ?? settings.every);
  const timeoutMs = durationTextMs(query.timeout ?? settings.timeout);
  return {
    attempt: attemptOf(query, { timeoutMs, clock, settings }),
    everyMs,
    timeoutMs,
    phaseMs: Math.floor(hashRatio(JSON.stringify(query)) * settings.jitter * everyMs),
    retries: query.retries ?? settings.retries,
    retryAfterMs: durationTextMs(query.retryAfter ?? settings.retryAfter),
  };
}

type Settings = z.output<typeof probeSettingsSchema>;

function attemptOf(
  query: ProbeQuery,
  around: { readonly timeoutMs: number; readonly clock: Clock; readonly settings: Settings },
): ProbeAttempt {
  const { timeoutMs, clock, settings } = around;
  switch (query.probe) {
    case "http":
      return httpAttempt(query, secretHeadersOf(query, settings));
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

function secretHeadersOf(
  { secretHeaders: name }: HttpProbeQuery,
  { secretHeaders = {} }: Settings,
): Readonly<Record<string, string>> {
  if (name === undefined) return {};
  const set = Object.hasOwn(secretHeaders, name) ? secretHeaders[name] : undefined;
  if (set !== undefined)
    return Object.fromEntries(Object.entries(set).map(([header, value]) => [header, revealSecret(value)]));
  const names = Object.keys(secretHeaders).join(", ");
  throw new PlimsollError({
    code: "unknown-secret-headers",
    message: `secretHeaders: the source has no set \`${name}\`; it has ${names === "" ? "none" : names}`,
    retryable: false,
  });
}

/** A number from 0 to below 1 that spreads evenly over texts: FNV-1a with a final mix. */
export function hashRatio(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
