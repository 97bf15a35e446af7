import { durationTextMs } from "@plimsoll/core";
import { Resolver } from "node:dns/promises";
import { outcomeOfError, type ProbeAttempt, type ProbeOutcome } from "./probe-outcome.js";
import type { DnsProbeQuery } from "./probe-query.js";

/** Makes an attempt that asks a resolver for a name and compares the answer. */
export function dnsAttempt(query: DnsProbeQuery, timeoutMs: number): ProbeAttempt {
  const { name, type = "A", maxLatency } = query;
  const limitMs = maxLatency === undefined ? Infinity : durationTextMs(maxLatency);
  return async (signal) => {
    // One try: the resolver's own retries would hide a failure.
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (query.resolver !== undefined) resolver.setServers([query.resolver]);
    const cancel = () => resolver.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    const startMs = performance.now();
    try {
      const answer = recordTexts(await resolver.resolve(name, type));
      return judge(query, answer, { tookMs: performance.now() - startMs, limitMs });
    } catch (error) {
      return outcomeOfError(error);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
}

function judge(
  { expect, exact }: DnsProbeQuery,
  answer: readonly string[],
  time: { readonly tookMs: number; readonly limitMs: number },
): ProbeOutcome {
  const value = time.tookMs;
  const found = new Set(answer.map(normalised));
  const wanted = (expect ?? []).map(normalised);
  const missing = wanted.filter((one) => !found.has(one));
  if (answer.length === 0) return { kind: "bad", reason: "the answer is empty", value };
  if (missing.length > 0)
    return { kind: "bad", reason: `the answer lacks ${missing.join(", ")}; it is ${answer.join(", ")}`, value };
  if (exact === true && found.size > new Set(wanted).size)
    return { kind: "bad", reason: `the answer holds more than expected: ${answer.join(", ")}`, value };
  if (value > time.limitMs)
    return { kind: "bad", reason: `the answer took ${Math.round(value)} ms, over ${time.limitMs} ms`, value };
  return { kind: "good", value };
}

function normalised(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}

/** Each record as `dig +short` writes it. */
function recordTexts(records: unknown): readonly string[] {
  return (Array.isArray(records) ? records : [records]).map(recordText);
}

function recordText(record: unknown): string {
  if (typeof record === "string") return record;
  if (Array.isArray(record)) return record.join(""); // the pieces of one TXT record
  const fields = record as Readonly<Record<string, unknown>>;
  if ("exchange" in fields) return `${String(fields["priority"])} ${String(fields["exchange"])}`;
  if ("port" in fields)
    return `${String(fields["priority"])} ${String(fields["weight"])} ${String(fields["port"])} ${String(fields["name"])}`;
  if ("nsname" in fields)
    return ["nsname", "hostmaster", "serial", "refresh", "retry", "expire", "minttl"]
      .map((key) => String(fields[key]))
      .join(" ");
  if ("critical" in fields) {
    const tag = ["issue", "issuewild", "iodef", "contactemail", "contactphone"].find((key) => key in fields) ?? "issue";
    return `${String(fields["critical"])} ${tag} "${String(fields[tag])}"`;
  }
  return JSON.stringify(record);
}
