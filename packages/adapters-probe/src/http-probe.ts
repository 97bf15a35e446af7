import { durationTextMs } from "@plimsoll/core";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { compilePattern } from "./pattern.js";
import { trustOptions } from "./tls-trust.js";
import { outcomeOfError, type ProbeAttempt, type ProbeOutcome } from "./probe-outcome.js";
import type { HttpProbeQuery } from "./probe-query.js";

const BODY_LIMIT_BYTES = 65_536;
const MOST_REDIRECTS = 5;

type Answer = { readonly status: number; readonly location: string | undefined; readonly body: string };

/** Makes an attempt that requests an address and judges status, body and time; every attempt opens a connection of its own. */
export function httpAttempt(asked: HttpProbeQuery, secretHeaders: Readonly<Record<string, string>> = {}): ProbeAttempt {
  const query = { ...asked, headers: { ...asked.headers, ...secretHeaders } };
  const trust = trustOptions(query);
  const pattern = query.bodyMatches === undefined ? undefined : compilePattern(query.bodyMatches);
  return async (signal) => {
    const startMs = performance.now();
    try {
      const answer = await follow(query, trust, signal);
      if (typeof answer === "string") return { kind: "bad", reason: answer };
      const tookMs = performance.now() - startMs;
      return judge({ query, answer, tookMs, pattern: pattern?.ok === true ? pattern.value : undefined });
    } catch (error) {
      return outcomeOfError(error);
    }
  };
}

function judge(seen: {
  readonly query: HttpProbeQuery;
  readonly answer: Answer;
  readonly tookMs: number;
  readonly pattern: { test(text: string): boolean | "gave-up" } | undefined;
}): ProbeOutcome {
  const { query, answer, tookMs, pattern } = seen;
  const value = tookMs;
  if (!isGoodStatus(query, answer.status)) return { kind: "bad", reason: `the status is ${answer.status}`, value };
  if (query.bodyContains !== undefined && !answer.body.includes(query.bodyContains))
    return { kind: "bad", reason: "the body does not hold the expected text", value };
  const matched = pattern?.test(answer.body);
  if (matched === "gave-up")
    return { kind: "unable", reason: "`bodyMatches` takes too long on this body; write a simpler pattern" };
  if (matched === false) return { kind: "bad", reason: "the body does not match", value };
  const limitMs = query.maxLatency === undefined ? Infinity : durationTextMs(query.maxLatency);
  if (tookMs > limitMs)
    return { kind: "bad", reason: `the answer took ${Math.round(tookMs)} ms, over ${limitMs} ms`, value };
  return { kind: "good", value };
}

function isGoodStatus({ status = ["200-299"] }: HttpProbeQuery, found: number): boolean {
  return status.some((range) => {
    if (typeof range === "number") return found === range;
    const [low, high = low] = range.split("-").map(Number);
    return low !== undefined && high !== undefined && found >= low && found <= high;
  });
}

async function follow(query: HttpProbeQuery, trust: object, signal: AbortSignal): Promise<Answer | string> {
  const origin = new URL(query.url).origin;
  let url = new URL(query.url);
  let method = query.method ?? "GET";
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const isHome = url.origin === origin;
    const answer = await ask(
      {
        url,
        method,
        headers: isHome ? query.headers : undefined,
        body: method === (query.method ?? "GET") && isHome ? query.body : undefined,
      },
      {
        trust,
        signal,
        limit: query.bodyLimitBytes ?? BODY_LIMIT_BYTES,
      },
    );
    const isRedirect = answer.location !== undefined && [301, 302, 303, 307, 308].includes(answer.status);
    if (query.redirects === "judge" || !isRedirect || answer.location === undefined) return answer;
    if (!URL.canParse(answer.location, url.href)) return "the redirect leads to no address";
    url = new URL(answer.location, url);
    if (url.protocol !== "http:" && url.protocol !== "https:") return `the redirect leads to ${url.protocol}`;
    if (answer.status !== 307 && answer.status !== 308 && method !== "HEAD") method = "GET";
  }
  return `there were more than ${MOST_REDIRECTS} redirects`;
}

type Question = {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string | undefined;
};

function ask(
  question: Question,
  how: { readonly trust: object; readonly signal: AbortSignal; readonly limit: number },
): Promise<Answer> {
  const { url, method, headers, body } = question;
  const send: (url: URL, options: RequestOptions) => ClientRequest =
    url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // No agent: a kept connection would hide that no new one can be made.
    const request = send(url, {
      method,
      headers: { "user-agent": "plimsoll-probe", ...headers },
      agent: false,
      signal: how.signal,
      ...how.trust,
    });
    request.once("error", reject);
    request.once("response", (response) => {
      readBody(response, how.limit).then(
        (text) => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: text }),
        reject,
      );
    });
    request.end(body);
  });
}

/** The body up to a limit; what comes after it is not waited for. */
async function readBody(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit).toString("utf8");
}
