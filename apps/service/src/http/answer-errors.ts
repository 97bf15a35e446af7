import { isPlimsollError } from "@plimsoll/core";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Problem } from "../api.js";
import type { Api } from "./context.js";
import { SECURITY_HEADERS } from "./guard.js";
import { describeInvalidRequest } from "./invalid-request.js";
import { HttpProblem } from "./problem.js";

/** Answers whatever goes wrong with a `Problem`: no stack, no path of ours, nothing that could hold a secret. */
export function answerErrors(api: Api): void {
  api.setNotFoundHandler((request, reply) => {
    const path = (request.url.split("?")[0] ?? "").slice(0, 200);
    void reply.code(404).send({
      code: "not-found",
      message: `There is nothing at ${JSON.stringify(path)}; /api/v1/openapi.json lists what there is.`,
    } satisfies Problem);
  });
  api.setErrorHandler((error, request, reply) => answer(error, request, reply));
}

/** Answers what Fastify refuses before any hook of ours runs, such as an address that can not be decoded. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(SECURITY_HEADERS);
  answer(error, request, reply);
}

/** Answers what is no HTTP request at all, or one with headers too long, or too slow; then hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const body = JSON.stringify({
    code: "bad-request",
    message: "This is no HTTP request that the service can read.",
  } satisfies Problem);
  const headers = {
    ...SECURITY_HEADERS,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...head, "", body].join("\r\n"));
}

function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = problemOf(error, request);
  // What went wrong inside is for the log; the caller gets no detail that could hold a secret.
  if (status >= 500 && !(error instanceof HttpProblem)) request.log.error({ err: error }, "a request failed");
  if (error instanceof HttpProblem) void reply.headers(error.headers);
  void reply.code(status).type("application/json; charset=utf-8").send(body);
}

function problemOf(error: unknown, request: FastifyRequest): { readonly status: number; readonly body: Problem } {
  if (error instanceof HttpProblem) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return { status: 400, body: describeInvalidRequest(error, request) };
  const status = numberOf(error, "statusCode");
  if (status !== undefined && status >= 400 && status < 500)
    return { status, body: { code: codeOf(error), message: messageOf(error) } };
  if (isPlimsollError(error) && error.retryable) {
    return {
      status: 503,
      body: {
        code: error.code,
        message: "The service can not do this at the moment; its log says why. Try again shortly.",
      },
    };
  }
  return { status: 500, body: { code: "internal", message: "The service failed to answer; its log says why." } };
}

function numberOf(error: unknown, key: string): number | undefined {
  const value: unknown =
    typeof error === "object" && error !== null ? (error as Record<string, unknown>)[key] : undefined;
  return typeof value === "number" ? value : undefined;
}

function fastifyCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("FST_ERR_") ? code : undefined;
}

function codeOf(error: unknown): string {
  return fastifyCode(error)?.slice("FST_ERR_".length).toLowerCase().replaceAll("_", "-") ?? "refused";
}

/** Fastify's own words about a request are fit for the caller; those of anything else may name what is ours. */
function messageOf(error: unknown): string {
  const own = fastifyCode(error) !== undefined || error instanceof SyntaxError;
  return own && error instanceof Error ? error.message.slice(0, 500) : "The request was refused.";
}
