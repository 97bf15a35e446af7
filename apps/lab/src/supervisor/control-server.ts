import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { z } from "zod";
import {
  breakRequestSchema,
  deployRequestSchema,
  describeIssues,
  healRequestSchema,
  rollBackRequestSchema,
  routeRequestSchema,
  scaleRequestSchema,
} from "../control-protocol.js";
import { readBody } from "../http/observed-server.js";
import { LabError, type LabErrorCode } from "../lab-error.js";
import type { Lab } from "./lab.js";

const HTTP_STATUS: Readonly<Partial<Record<LabErrorCode, number>>> = {
  "invalid-input": 400,
  unauthorized: 401,
  "unknown-service": 404,
  "unknown-instance": 404,
  "unknown-version": 404,
};

/** Serves the control API: status, break, heal, deploys, scale, routing, down, for whoever holds the token. */
export function createControlServer(options: {
  readonly lab: Lab;
  readonly token: string;
  readonly onDown: () => void;
}): Server {
  return createServer((incoming, outgoing) => {
    answer(options, incoming).then(
      ({ status, body }) => reply(outgoing, status, body),
      (error: unknown) => {
        const known = error instanceof LabError;
        if (!known) console.error(error);
        const code: LabErrorCode = known ? error.code : "control-failed";
        const message = known ? error.message : "The supervisor failed; see supervisor.log in the lab's logs.";
        reply(outgoing, HTTP_STATUS[code] ?? 500, { error: { code, message } });
      },
    );
  });
}

async function answer(
  { lab, token, onDown }: { readonly lab: Lab; readonly token: string; readonly onDown: () => void },
  incoming: IncomingMessage,
): Promise<{ readonly status: number; readonly body: unknown }> {
  if (!sameSecret(incoming.headers.authorization ?? "", `Bearer ${token}`)) {
    throw new LabError(
      "unauthorized",
      "The control API wants this run's token; it is in lab.json in the state folder.",
    );
  }
  switch (`${incoming.method} ${incoming.url}`) {
    case "GET /status":
      return { status: 200, body: lab.status() };
    case "POST /break":
      return { status: 200, body: await lab.break(await parseBody(incoming, breakRequestSchema)) };
    case "POST /heal":
      return { status: 200, body: await lab.heal(await parseBody(incoming, healRequestSchema)) };
    case "POST /deploy":
      return { status: 200, body: await lab.deploy(await parseBody(incoming, deployRequestSchema)) };
    case "POST /roll-back":
      return { status: 200, body: await lab.rollBack(await parseBody(incoming, rollBackRequestSchema)) };
    case "POST /scale":
      return { status: 200, body: await lab.scale(await parseBody(incoming, scaleRequestSchema)) };
    case "PUT /routing":
      return { status: 200, body: await lab.route(await parseBody(incoming, routeRequestSchema)) };
    case "POST /down":
      setImmediate(onDown);
      return { status: 202, body: { stopping: true } };
    default:
      throw new LabError(
        "invalid-input",
        "The control API has GET /status, PUT /routing, and POST /break, /heal, /deploy, /roll-back, /scale and /down.",
      );
  }
}

async function parseBody<Schema extends z.ZodType>(
  incoming: IncomingMessage,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await readBody(incoming);
  if (text === undefined) throw new LabError("invalid-input", "The body is larger than 64 KiB.");
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new LabError("invalid-input", "The body is not JSON.");
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new LabError("invalid-input", describeIssues(parsed.error));
  return parsed.data;
}

/** Compares digests, so that neither length nor content shows in the time taken. */
function sameSecret(found: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(found), digest(expected));
}

function reply(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify(body));
}
